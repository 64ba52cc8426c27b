// SPDX-License-Identifier: MIT
// Mechanism: a coroutine each on a stack of its own. AddressSanitizer is told of every change of stack.
#include "simulation/threads.hpp"

#include <array>
#include <utility>

#include "emit/interleave.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define QMPEV_TELL_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define QMPEV_TELL_SANITIZER 1
#endif
#endif
#ifdef QMPEV_TELL_SANITIZER
#include <sanitizer/common_interface_defs.h>
#endif

namespace qmpev::simulation {
namespace {

/// An emit needs some lines of 4 KiB; sanitizers multiply it.
constexpr std::size_t kStackBytes = std::size_t{512} << 10;

Threads* the_threads = nullptr;

void before_change([[maybe_unused]] void** kept, [[maybe_unused]] const void* stack,
                   [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef QMPEV_TELL_SANITIZER
  __sanitizer_start_switch_fiber(kept, stack, bytes);
#endif
}

void after_change([[maybe_unused]] void* kept, [[maybe_unused]] const void** stack,
                  [[maybe_unused]] std::size_t* bytes) noexcept {
#ifdef QMPEV_TELL_SANITIZER
  __sanitizer_finish_switch_fiber(kept, stack, bytes);
#endif
}

}  // namespace

struct Threads::Thread {
  std::unique_ptr<char[]> stack = std::make_unique_for_overwrite<char[]>(kStackBytes);
  ucontext_t here{};
  ucontext_t loop{};
  std::function<void()> work;
  std::function<void()> held;
  bool busy = false;
  // AddressSanitizer's.
  void* our_frames = nullptr;
  void* loop_frames = nullptr;
  const void* loop_stack = nullptr;
  std::size_t loop_stack_bytes = 0;
};

Threads::Threads(std::size_t count, std::uint64_t hold_one_in, std::uint64_t intrude_one_in, Dice& dice)
    : dice_(dice), hold_one_in_(hold_one_in), intrude_one_in_(intrude_one_in) {
  the_threads = this;
  for (std::size_t i = 0; i < count; ++i) {
    threads_.push_back(std::make_unique<Thread>());
    Thread& thread = *threads_.back();
    getcontext(&thread.here);
    thread.here.uc_stack.ss_sp = thread.stack.get();
    thread.here.uc_stack.ss_size = kStackBytes;
    thread.here.uc_link = nullptr;
    makecontext(&thread.here, &Threads::body, 0);
  }
}

Threads::~Threads() {
  finish();
  the_threads = nullptr;
}

void Threads::body() {
  Threads& all = *the_threads;
  Thread& self = *all.current_;
  after_change(nullptr, &self.loop_stack, &self.loop_stack_bytes);
  for (;;) {
    self.work();
    self.busy = false;
    --all.busy_count_;
    all.leave();
  }
}

void Threads::enter(Thread& thread) noexcept {
  current_ = &thread;
  before_change(&thread.loop_frames, thread.stack.get(), kStackBytes);
  swapcontext(&thread.loop, &thread.here);
  after_change(thread.loop_frames, nullptr, nullptr);
  current_ = nullptr;
}

void Threads::leave() noexcept {
  Thread& self = *current_;
  before_change(&self.our_frames, self.loop_stack, self.loop_stack_bytes);
  swapcontext(&self.here, &self.loop);
  after_change(self.our_frames, &self.loop_stack, &self.loop_stack_bytes);
}

void Threads::run(std::function<void()> work, std::function<void()> held) {
  for (const auto& thread : threads_) {
    if (thread->busy || on_thread()) continue;
    thread->work = std::move(work);
    thread->held = std::move(held);
    thread->busy = true;
    ++busy_count_;
    return enter(*thread);
  }
  work();
}

Threads::Thread* Threads::choose() noexcept {
  if (busy_count_ == 0) return nullptr;
  for (std::size_t i = dice_.below(threads_.size());; i = (i + 1) % threads_.size()) {
    if (threads_[i]->busy) return threads_[i].get();
  }
}

void Threads::resume_one() {
  if (Thread* const thread = on_thread() ? nullptr : choose()) enter(*thread);
}

void Threads::finish() {
  finishing_ = true;
  while (busy()) resume_one();
  finishing_ = false;
}

void Threads::at_mark() noexcept {
  if (finishing_) return;
  if (on_thread()) {
    if (!dice_.one_in(hold_one_in_)) return;
    current_->held();
    leave();
  } else if (busy() && dice_.one_in(intrude_one_in_)) {
    resume_one();
  }
}

void Threads::loop_waits() noexcept {
  if (patience_ != 0 && !on_thread()) resume_one();
}

}  // namespace qmpev::simulation

namespace qmpev {

void interleave() noexcept {
  if (simulation::the_threads != nullptr) simulation::the_threads->at_mark();
}

void yield_to_others() noexcept {
  if (simulation::the_threads != nullptr) simulation::the_threads->loop_waits();
}

}  // namespace qmpev
