// SPDX-License-Identifier: MIT
// One mutex for all calls of a server: it is held for a few instructions, never across a call out, and calls
// are as rare as commands.
#include "monitor/call.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "base/assert.hpp"
#include "monitor/command_result.hpp"
#include "wire/reply.hpp"

namespace qmpev {

// --- the embedder's handle ---

void Call::answer(Answer answer) noexcept {
  QMPEV_ASSERT(call_ != nullptr);
  call_->answer(std::move(answer));
}

bool Call::cancelled() const noexcept {
  QMPEV_ASSERT(call_ != nullptr);
  return call_->cancelled();
}

void Call::on_cancel(std::function<void()> told) {
  QMPEV_ASSERT(call_ != nullptr);
  call_->on_cancel(std::move(told));
}

// --- the desk ---

std::shared_ptr<PendingCall> CallDesk::begin(std::string command, std::optional<Value> id) {
  ++begun_;
  return std::make_shared<PendingCall>(shared_from_this(), std::move(command), std::move(id));
}

void CallDesk::deliver() noexcept {
  {
    const std::lock_guard guard(mutex_);
    std::move(answered_.begin(), answered_.end(), std::back_inserter(due_));
    answered_.clear();
  }
  // Each may end the server, or run the loop, which then delivers the rest from there.
  while (!due_.empty()) {
    const std::shared_ptr<PendingCall> call = due_.front().lock();
    due_.pop_front();
    if (call != nullptr && call->caller_ != nullptr) call->caller_->answered();
  }
}

void CallDesk::fill(CallCounters& counters) const noexcept {
  counters.begun = begun_;
  counters.answered = taken_;
  counters.cancelled = cancelled_;
  counters.pending = begun_ - taken_ - cancelled_;
  counters.given_up = given_up_.load(std::memory_order_relaxed);
  counters.answered_again = answered_again_.load(std::memory_order_relaxed);
  counters.answered_after_end = answered_after_end_.load(std::memory_order_relaxed);
}

// --- one call ---

PendingCall::PendingCall(std::shared_ptr<CallDesk> desk, std::string command, std::optional<Value> id)
    : desk_(std::move(desk)), command_(std::move(command)), id_(std::move(id)) {}

Call PendingCall::handle() {
  // The copies of the handle count themselves: what the last one does is to give up.
  return Call(
      std::shared_ptr<PendingCall>(this, [self = shared_from_this()](PendingCall*) { self->give_up(); }));
}

PendingCall::State PendingCall::offer(Answer answer) {
  {
    const std::lock_guard guard(desk_->mutex_);
    const State found = state_.load(std::memory_order_relaxed);
    if (found != State::waiting) return found;
    answer_ = std::move(answer);
    state_.store(State::answered, std::memory_order_release);
    desk_->answered_.push_back(weak_from_this());
  }
  desk_->wake_();
  return State::waiting;
}

void PendingCall::answer(Answer answer) noexcept {
  const State found = offer(std::move(answer));
  if (found == State::waiting) return;
  ++(found == State::cancelled ? desk_->answered_after_end_ : desk_->answered_again_);
}

void PendingCall::give_up() noexcept {
  if (state_.load(std::memory_order_acquire) != State::waiting) return;
  const State found = offer(Answer::error(ErrorClass::generic_error,
                                          "The command " + command_ + " was given up without an answer"));
  if (found == State::waiting) ++desk_->given_up_;
}

void PendingCall::on_cancel(std::function<void()> told) {
  switch (state_.load(std::memory_order_acquire)) {
    case State::waiting:
      told_ = std::move(told);
      return;
    case State::cancelled:
      if (told) told();
      return;
    case State::answered:
    case State::taken:
      return;
  }
}

std::optional<std::string> PendingCall::take() {
  std::optional<Answer> answer;
  {
    const std::lock_guard guard(desk_->mutex_);
    if (state_.load(std::memory_order_relaxed) != State::answered) return std::nullopt;
    state_.store(State::taken, std::memory_order_release);
    answer.swap(answer_);
  }
  caller_ = nullptr;
  ++desk_->taken_;
  const std::function<void()> forgotten = std::exchange(told_, nullptr);
  return reply_line(to_result(*answer), id_);
}

void PendingCall::cancel() noexcept {
  caller_ = nullptr;
  std::optional<Answer> unwanted;
  {
    const std::lock_guard guard(desk_->mutex_);
    const State state = state_.load(std::memory_order_relaxed);
    if (state == State::taken || state == State::cancelled) return;
    state_.store(State::cancelled, std::memory_order_release);
    unwanted.swap(answer_);
  }
  ++desk_->cancelled_;
  const std::function<void()> told = std::exchange(told_, nullptr);
  if (told && !unwanted) told();
}

}  // namespace qmpev
