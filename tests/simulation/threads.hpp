// SPDX-License-Identifier: MIT
// Device threads as the simulation has them: coroutines, held and resumed where ring and throttle have their
// marks. Which thread goes on is the dice's choice, so that a seed repeats every interleaving. One such set
// exists at a time, since the marks are reached without a handle. Single thread.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "simulation/dice.hpp"

namespace qmpev::simulation {

class Threads {
 public:
  /// A thread is held at one of `hold_one_in` marks, 0: at none. At one of `intrude_one_in` marks that the
  /// loop passes a thread that is held goes on. `dice` is borrowed.
  Threads(std::size_t count, std::uint64_t hold_one_in, std::uint64_t intrude_one_in, Dice& dice);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  /// Runs `work` on a thread that has none; on the caller itself when all are busy. `held` is told when it
  /// was held before it was done.
  void run(std::function<void()> work, std::function<void()> held);
  /// Lets a busy thread go on; nothing when there is none.
  void resume_one();
  /// Until all work is done.
  void finish();
  bool busy() const noexcept { return busy_count_ != 0; }
  std::size_t busy_count() const noexcept { return busy_count_; }
  bool on_thread() const noexcept { return current_ != nullptr; }

  // The marks.
  void at_mark() noexcept;
  void loop_waits() noexcept;
  /// Before the loop waits anew for a thread that is held: it may have to wait in vain.
  void new_wait() noexcept { patience_ = dice_.one_in(8) ? 0 : 1; }
  /// It waits in vain from now on.
  void wait_in_vain() noexcept { patience_ = 0; }

 private:
  struct Thread;
  static void body();
  void enter(Thread& thread) noexcept;
  void leave() noexcept;
  Thread* choose() noexcept;

  Dice& dice_;
  std::uint64_t hold_one_in_;
  std::uint64_t intrude_one_in_;
  std::vector<std::unique_ptr<Thread>> threads_;
  Thread* current_ = nullptr;
  std::size_t busy_count_ = 0;
  int patience_ = 1;
  bool finishing_ = false;
};

}  // namespace qmpev::simulation
