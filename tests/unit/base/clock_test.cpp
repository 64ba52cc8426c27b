// SPDX-License-Identifier: MIT
#include "base/clock.hpp"

#include <time.h>

#include <catch2/catch.hpp>

namespace {

std::int64_t nanoseconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

TEST_CASE("the system's clocks are those of the kernel, in the units they say", "[base]") {
  const qmpev::Clock& clock = qmpev::system_clock();
  const std::int64_t before = nanoseconds(CLOCK_MONOTONIC);
  const std::int64_t between = clock.monotonic_ns();
  CHECK(before <= between);
  CHECK(between <= nanoseconds(CLOCK_MONOTONIC));
  // The wall clock may step while we look; an hour is room for that, and far below a mistaken unit.
  const std::int64_t wall_us = nanoseconds(CLOCK_REALTIME) / 1'000;
  CHECK(clock.wall_us() > wall_us - 3'600'000'000);
  CHECK(clock.wall_us() < wall_us + 3'600'000'000);
}
