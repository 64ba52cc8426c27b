// SPDX-License-Identifier: MIT
#include "devices/machine.hpp"

#include <utility>

#include "hooks/run_state.hpp"

namespace qmpev {

Machine::Machine(Emitter emitter, PanicPolicy panic_policy, std::function<void()> on_end)
    : emitter_(std::move(emitter)), panic_policy_(panic_policy), on_end_(std::move(on_end)) {}

MachineStatus Machine::status() const {
  const std::lock_guard lock(mutex_);
  switch (state_) {
    case State::prelaunch:
      return {"prelaunch", false};
    case State::running:
      return {"running", true};
    case State::paused:
      return {"paused", false};
    case State::guest_panicked:
      return {"guest-panicked", false};
    case State::ended:
      break;
  }
  return {"shutdown", false};
}

void Machine::stop_as(State state) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::running) return;
  state_ = state;
  emitter_.emit(Stop{});
}

void Machine::stop() {
  stop_as(State::paused);
}

void Machine::cont() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::running || state_ == State::ended) return;
  state_ = State::running;
  emitter_.emit(Resume{});
}

void Machine::reset(ShutdownCause cause) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::ended) return;
  if (state_ != State::running) state_ = State::prelaunch;
  emitter_.emit(reset_by(cause));
}

void Machine::powerdown() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::ended) return;
  emitter_.emit(Powerdown{});
}

void Machine::end(ShutdownCause cause) {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::ended) return;
    state_ = State::ended;
    emitter_.emit(shutdown_by(cause));
  }
  if (on_end_) on_end_();
}

void Machine::guest_panicked() {
  switch (panic_policy_) {
    case PanicPolicy::pause:
      return stop_as(State::guest_panicked);
    case PanicPolicy::shutdown:
      return end(ShutdownCause::guest_panic);
    case PanicPolicy::none:
      return;
  }
}

}  // namespace qmpev
