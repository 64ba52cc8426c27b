// SPDX-License-Identifier: MIT
// A guest's panic -> GUEST_PANICKED, GUEST_CRASHLOADED: the machine's policies become the word of the action
// it takes, crash registers become details. Pure translation, no state. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <qmpev/events.hpp>

namespace qmpev {

/// What a machine does when its guest panics, in the words an operator configures (`panic=WORD`). The event
/// has words of its own: pause, poweroff, run.
enum class PanicPolicy : std::uint8_t { pause, shutdown, exit_failure, none };

/// What a machine does when it is to end (`shutdown=WORD`).
enum class ShutdownPolicy : std::uint8_t { poweroff, pause };

using PanicDetails = std::optional<GuestPanicInformation>;

/// A machine that is not to end takes panic=shutdown as pause; exit-failure has an end of its own and stays
/// poweroff.
GuestPanicked guest_panicked(PanicPolicy panic, ShutdownPolicy shutdown,
                             const PanicDetails& details = {}) noexcept;

/// The guest takes care of its crash itself, so the machine always runs on.
GuestCrashloaded guest_crashloaded() noexcept;

/// The crash registers P0 to P4.
GuestPanicInformation hyperv_details(const std::array<std::uint64_t, 5>& registers) noexcept;

GuestPanicInformation s390_details(std::uint32_t core, std::uint64_t psw_mask, std::uint64_t psw_addr,
                                   S390CrashReason reason) noexcept;

}  // namespace qmpev
