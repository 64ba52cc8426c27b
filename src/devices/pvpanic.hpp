// SPDX-License-Identifier: MIT
// pvpanic on the ISA bus: one byte at port 0x505. Reading says which reports the device takes, writing makes
// one: the guest has panicked, or it has and loaded a kernel that records why, or it wants to end. What
// follows is the machine's business. Any thread.
#pragma once

#include <cstdint>
#include <span>

#include "devices/machine.hpp"

namespace qmpev {

inline constexpr std::uint16_t kPvpanicPort = 0x505;
inline constexpr std::uint8_t kPvpanicPanicked = 1u << 0;     ///< the guest's kernel has panicked
inline constexpr std::uint8_t kPvpanicCrashloaded = 1u << 1;  ///< its crash kernel takes over
inline constexpr std::uint8_t kPvpanicShutdown = 1u << 2;     ///< it wants the machine to end
inline constexpr std::uint8_t kPvpanicReports = kPvpanicPanicked | kPvpanicCrashloaded | kPvpanicShutdown;

class Pvpanic {
 public:
  /// `machine` is borrowed for the device's life.
  explicit Pvpanic(Machine& machine) noexcept : machine_(machine) {}

  /// One byte is written to the port. Of several reports the lowest bit is the one that counts; bits that the
  /// device does not offer are ignored.
  void out(std::uint8_t value, Access access = Access::vcpu);
  /// One byte is read from the port.
  std::uint8_t in() const noexcept { return kPvpanicReports; }

  /// A write of any width: the port takes its byte, the others reach nobody.
  void write(std::uint64_t offset, std::span<const std::uint8_t> bytes, Access access = Access::vcpu);
  /// A read of any width: what is beyond the port reads as a bus that nobody drives.
  void read(std::uint64_t offset, std::span<std::uint8_t> bytes) const;

 private:
  Machine& machine_;
};

}  // namespace qmpev
