// SPDX-License-Identifier: MIT
// A clock that moves only when a test moves it; wall and monotonic time are independent. Any thread may read.
#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace qmpev::test {

class FakeClock final : public Clock {
 public:
  std::int64_t wall_us() const noexcept override {
    ++wall_reads;
    return wall.load();
  }
  std::int64_t monotonic_ns() const noexcept override { return monotonic.load(); }
  /// Moves both clocks on.
  void advance_us(std::int64_t us) noexcept {
    wall += us;
    monotonic += us * 1'000;
  }

  std::atomic<std::int64_t> wall{1'700'000'000'000'000};  ///< microseconds
  std::atomic<std::int64_t> monotonic{1'000'000'000};     ///< nanoseconds
  mutable std::atomic<int> wall_reads{0};
};

}  // namespace qmpev::test
