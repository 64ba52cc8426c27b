// SPDX-License-Identifier: MIT
#include "devices/power_ports.hpp"

namespace qmpev {

namespace {

constexpr unsigned kSleepTypeShift = 10;
constexpr std::uint32_t kSleepTypeMask = 7;

}  // namespace

void PowerPorts::out(std::uint16_t port, std::uint32_t value) {
  if (port == kPm1ControlPort) {
    const std::uint32_t type = (value >> kSleepTypeShift) & kSleepTypeMask;
    if ((value & kPm1SleepEnable) && type == kSleepTypeSoftOff)
      machine_.shutdown(ShutdownCause::guest_shutdown);
  } else if (port == kResetControlPort && (value & kResetCpu)) {
    machine_.reset(ShutdownCause::guest_reset);
  }
}

}  // namespace qmpev
