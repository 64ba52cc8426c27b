// SPDX-License-Identifier: MIT
// The two clocks the chain reads, behind an interface, so that all policy runs on a fake one in tests.
// Any thread.
#pragma once

#include <cstdint>

namespace qmpev {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Microseconds since the Unix epoch; may step, also backwards. Event stamps come from here.
  virtual std::int64_t wall_us() const noexcept = 0;
  /// Nanoseconds since an arbitrary point; never steps. Rate limits and time-outs come from here.
  virtual std::int64_t monotonic_ns() const noexcept = 0;
};

/// The machine's clocks (CLOCK_REALTIME and CLOCK_MONOTONIC, read without a system call where the vDSO
/// allows).
const Clock& system_clock() noexcept;

}  // namespace qmpev
