// SPDX-License-Identifier: MIT
// The crash registers of a Hyper-V guest, synthetic MSRs 0x40000100 to 0x40000105 (Hypervisor Top-Level
// Functional Specification, guest crash enlightenment): the guest fills P0 to P4 and says so through CTL. Any
// thread: the lock keeps the five values of one report together.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

#include "devices/machine.hpp"

namespace qmpev {

inline constexpr std::uint32_t kHypervCrashP0 = 0x40000100;
inline constexpr std::size_t kHypervCrashParameters = 5;
inline constexpr std::uint32_t kHypervCrashControl = 0x40000105;
inline constexpr std::uint64_t kHypervCrashNotify = std::uint64_t{1} << 63;  ///< control: this is a crash

class HypervCrash {
 public:
  /// `machine` is borrowed for the device's life.
  explicit HypervCrash(Machine& machine) noexcept : machine_(machine) {}

  /// The guest writes an MSR. False: there is no such register here (a vCPU raises #GP). Bits of the control
  /// register that are not offered are ignored.
  bool write(std::uint32_t msr, std::uint64_t value, Access access = Access::vcpu);
  /// The guest reads an MSR; the control register says what is offered.
  std::optional<std::uint64_t> read(std::uint32_t msr) const;

 private:
  Machine& machine_;
  mutable std::mutex mutex_;
  std::array<std::uint64_t, kHypervCrashParameters> parameters_{};  // guarded by mutex_
};

}  // namespace qmpev
