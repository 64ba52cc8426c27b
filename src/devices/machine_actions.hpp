// SPDX-License-Identifier: MIT
// What a machine does about a reset, an end, a panic and an expired watchdog: the four policies an operator
// sets (`--action panic=pause`, the command set-action), by QEMU's words. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "hooks/panic.hpp"

namespace qmpev {

enum class RebootPolicy : std::uint8_t {
  reset,
  shutdown,  ///< a reset is an end with the reset's cause
};

/// Kept for a watchdog to ask; the reference machine has none yet.
enum class WatchdogPolicy : std::uint8_t { reset, shutdown, poweroff, pause, debug, none, inject_nmi };

struct MachineActions {
  RebootPolicy reboot = RebootPolicy::reset;
  ShutdownPolicy shutdown = ShutdownPolicy::poweroff;
  /// QEMU's own standard is shutdown; the event document knows only a machine that pauses.
  PanicPolicy panic = PanicPolicy::pause;
  WatchdogPolicy watchdog = WatchdogPolicy::reset;
  bool operator==(const MachineActions&) const = default;
};

/// "reboot", "shutdown", "panic", "watchdog".
std::span<const std::string_view> action_names() noexcept;
/// What can be said for an action: "pause", "shutdown", ... Empty when there is no such action.
std::span<const std::string_view> action_words(std::string_view name) noexcept;
/// What is set for an action; empty when there is no such action.
std::string_view action_word(const MachineActions& actions, std::string_view name) noexcept;
/// False, and nothing is changed, when there is no such action or no such word for it.
bool set_action(MachineActions& actions, std::string_view name, std::string_view word) noexcept;

}  // namespace qmpev
