// SPDX-License-Identifier: MIT
#include "devices/run_state.hpp"

#include <array>

namespace qmpev {

std::string_view word(RunState state) noexcept {
  static constexpr std::array<std::string_view, kRunStates> kWords{
      "debug",     "inmigrate",      "internal-error", "io-error", "paused",  "postmigrate",
      "prelaunch", "finish-migrate", "restore-vm",     "running",  "save-vm", "shutdown",
      "suspended", "watchdog",       "guest-panicked", "colo"};
  return kWords[static_cast<std::size_t>(state)];
}

}  // namespace qmpev
