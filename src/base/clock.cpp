// SPDX-License-Identifier: MIT
#include "base/clock.hpp"

#include <time.h>

namespace qmpev {
namespace {

class SystemClock final : public Clock {
 public:
  std::int64_t wall_us() const noexcept override {
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
  }
  std::int64_t monotonic_ns() const noexcept override {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  }
};

}  // namespace

const Clock& system_clock() noexcept {
  static const SystemClock clock;
  return clock;
}

}  // namespace qmpev
