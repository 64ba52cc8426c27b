// SPDX-License-Identifier: MIT
// What a machine is doing, by QEMU's names. The reference machine reaches only some of the states; the others
// are here so that the list is whole. Any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace qmpev {

/// In the order in which QEMU's interface lists them.
enum class RunState : std::uint8_t {
  debug,           ///< stopped by a debugger
  inmigrate,       ///< waits for an incoming migration
  internal_error,  ///< an error in the machine itself; only a reset helps
  io_error,        ///< a disk has failed and its policy is to stop
  paused,          ///< stopped by the command stop
  postmigrate,     ///< has been migrated away
  prelaunch,       ///< was never started, or was reset while it did not run
  finish_migrate,  ///< stopped so that a migration can end
  restore_vm,      ///< a snapshot is being loaded
  running,
  save_vm,   ///< a snapshot is being taken
  shutdown,  ///< the guest has switched it off and its policy is to pause; only a reset helps
  suspended,
  watchdog,  ///< the watchdog has expired and its policy is to pause
  guest_panicked,
  colo,  ///< waits for its twin
};
inline constexpr std::size_t kRunStates = 16;

/// As query-status says it: "guest-panicked".
std::string_view word(RunState state) noexcept;

/// Whether the machine has to be reset before it can run again.
constexpr bool needs_reset(RunState state) noexcept {
  return state == RunState::internal_error || state == RunState::shutdown;
}

}  // namespace qmpev
