// SPDX-License-Identifier: MIT
// How long a fuzz target goes on: a fixed number of rounds from seed 1 as an ordinary test, or
// QMPEV_FUZZ_SECONDS from QMPEV_FUZZ_SEED (default: the time of day). A round is one seed, so a failing one
// repeats alone:
//   QMPEV_FUZZ_SECONDS=0 QMPEV_FUZZ_SEED=<seed> <target>
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <catch2/catch.hpp>

#include "base/clock.hpp"
#include "fuzz/random.hpp"

namespace qmpev::test {

template <class Round>
void fuzz(std::uint64_t rounds, Round round) {
  const auto number = [](const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
  };
  const bool timed = std::getenv("QMPEV_FUZZ_SECONDS") != nullptr;
  const std::uint64_t seconds = number("QMPEV_FUZZ_SECONDS", 0);
  const std::uint64_t first =
      number("QMPEV_FUZZ_SEED", timed ? static_cast<std::uint64_t>(system_clock().wall_us()) : 1);
  const std::int64_t end_ns =
      system_clock().monotonic_ns() + static_cast<std::int64_t>(seconds) * 1'000'000'000;
  std::uint64_t seed = first;
  do {
    INFO("repeat with QMPEV_FUZZ_SECONDS=0 QMPEV_FUZZ_SEED=" << seed);
    Random random(seed);
    round(random);
    ++seed;
  } while (timed ? system_clock().monotonic_ns() < end_ns : seed - first < rounds);
  if (timed) std::printf("%llu rounds\n", static_cast<unsigned long long>(seed - first));
}

}  // namespace qmpev::test
