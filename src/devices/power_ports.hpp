// SPDX-License-Identifier: MIT
// The two registers with which a PC's guest switches its machine off and resets it: ACPI's PM1a control block
// (ACPI 6.4, 4.8.3.2.1) and the reset control register at 0xcf9. Any thread.
#pragma once

#include <cstdint>

#include "devices/machine.hpp"

namespace qmpev {

inline constexpr std::uint16_t kPm1ControlPort = 0x0604;
inline constexpr std::uint16_t kPm1SleepEnable = 1u << 13;
/// The sleep type that this machine's \_S5 object names; the other types are not offered.
inline constexpr std::uint16_t kSleepTypeSoftOff = 0;
inline constexpr std::uint16_t kResetControlPort = 0x0cf9;
inline constexpr std::uint8_t kResetCpu = 1u << 2;
inline constexpr std::uint8_t kSystemReset = 1u << 1;  ///< a whole reset rather than that of a CPU

class PowerPorts {
 public:
  /// `machine` is borrowed for the device's life.
  explicit PowerPorts(Machine& machine) noexcept : machine_(machine) {}

  /// The guest writes to a port. Ports that are not these two are ignored.
  void out(std::uint16_t port, std::uint32_t value);

 private:
  Machine& machine_;
};

}  // namespace qmpev
