// SPDX-License-Identifier: MIT
#include "devices/machine.hpp"

#include <utility>

#include "base/assert.hpp"
#include "hooks/run_state.hpp"

namespace qmpev {

namespace {

constexpr int kExitSuccess = 0;
constexpr int kExitFailure = 1;

/// Resets that neither the guest nor an operator asked for are part of something else and stay resets.
bool is_reboot(ShutdownCause cause) noexcept {
  return cause != ShutdownCause::subsystem_reset && cause != ShutdownCause::snapshot_load;
}

}  // namespace

Machine::Machine(Emitter emitter, const MachineConfig& config, OnEnd on_end)
    : emitter_(std::move(emitter)),
      on_end_(std::move(on_end)),
      actions_(config.actions),
      state_(config.start_running && !config.preconfig ? RunState::running : RunState::prelaunch),
      start_running_(config.start_running),
      preconfig_(config.preconfig) {}

MachineStatus Machine::status() const {
  const std::lock_guard lock(mutex_);
  return {word(state_), state_ == RunState::running};
}

bool Machine::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

MachineActions Machine::actions() const {
  const std::lock_guard lock(mutex_);
  return actions_;
}

void Machine::set_actions(const MachineActions& actions) {
  const std::lock_guard lock(mutex_);
  actions_ = actions;
}

/// Makes a change under the lock, and tells of the end without it.
template <class Change>
void Machine::change(Change change) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    change();
    if (!ended_) return;
  }
  if (on_end_) on_end_(exit_status_);  // ended: nobody writes it any more
}

void Machine::stop_as(RunState state) {
  if (state_ != RunState::running) return;
  state_ = state;
  emitter_.emit(Stop{});
}

void Machine::shut_down(ShutdownCause cause, int exit_status) {
  if (actions_.shutdown == ShutdownPolicy::poweroff) return end_as(cause, exit_status);
  emitter_.emit(shutdown_by(cause));
  stop_as(RunState::shutdown);
}

void Machine::end_as(ShutdownCause cause, int exit_status) {
  ended_ = true;
  exit_status_ = exit_status;
  state_ = RunState::shutdown;
  emitter_.emit(shutdown_by(cause));
}

void Machine::stop() {
  change([this] { stop_as(RunState::paused); });
}

void Machine::resume() {
  if (state_ == RunState::running) return;
  state_ = RunState::running;
  emitter_.emit(Resume{});
}

bool Machine::cont() {
  bool possible = true;
  change([&] {
    possible = !needs_reset(state_);
    if (possible) resume();
  });
  return possible;
}

bool Machine::preconfig() const {
  const std::lock_guard lock(mutex_);
  return preconfig_;
}

bool Machine::exit_preconfig() {
  bool built = false;
  change([&] {
    built = std::exchange(preconfig_, false);
    if (built && start_running_) resume();
  });
  return built;
}

void Machine::reset(ShutdownCause cause) {
  change([&] {
    if (actions_.reboot == RebootPolicy::shutdown && is_reboot(cause)) return shut_down(cause, kExitSuccess);
    if (state_ != RunState::running) state_ = RunState::prelaunch;
    emitter_.emit(reset_by(cause));
  });
}

void Machine::powerdown() {
  change([this] { emitter_.emit(Powerdown{}); });
}

void Machine::shutdown(ShutdownCause cause) {
  change([&] { shut_down(cause, kExitSuccess); });
}

void Machine::end(ShutdownCause cause) {
  change([&] { end_as(cause, kExitSuccess); });
}

void Machine::fail(RunState state) {
  QMPEV_ASSERT(state == RunState::internal_error || state == RunState::io_error ||
               state == RunState::watchdog);
  change([&] { stop_as(state); });
}

void Machine::guest_panicked(Access access, const PanicDetails& details) {
  change([&] {
    const GuestPanicked event = qmpev::guest_panicked(actions_.panic, actions_.shutdown, details);
    emitter_.emit(event);
    follow_panic(event.action, access);
  });
}

void Machine::follow_panic(GuestPanicAction action, Access access) {
  if (action == GuestPanicAction::run) return;
  if (action == GuestPanicAction::pause) return stop_as(RunState::guest_panicked);
  const bool stays = actions_.shutdown == ShutdownPolicy::pause;
  if (stays || access == Access::main_loop) stop_as(RunState::guest_panicked);
  shut_down(ShutdownCause::guest_panic,
            actions_.panic == PanicPolicy::exit_failure ? kExitFailure : kExitSuccess);
}

void Machine::guest_crashloaded() {
  change([this] { emitter_.emit(qmpev::guest_crashloaded()); });
}

void Machine::guest_pvshutdown() {
  change([this] {
    emitter_.emit(GuestPvshutdown{});
    shut_down(ShutdownCause::guest_shutdown, kExitSuccess);
  });
}

}  // namespace qmpev
