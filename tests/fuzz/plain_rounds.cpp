// SPDX-License-Identifier: MIT
// A fuzz target as an ordinary test: each input of its corpus in the order of their names, then a fixed
// number of rounds from seed 1, or QMPEV_FUZZ_SECONDS from QMPEV_FUZZ_SEED (default: the time of day). A
// round is one seed, so a failing one repeats alone:
//   QMPEV_FUZZ_SECONDS=0 QMPEV_FUZZ_SEED=<seed> <program>
#include "fuzz/rounds.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <catch2/catch.hpp>

#include "base/clock.hpp"

namespace qmpev::test {

namespace {

std::uint64_t number(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Every target has one, and may have nothing in it.
void replay_corpus(const FuzzTarget& target) {
  const auto folder = std::filesystem::path(QMPEV_FUZZ_CORPUS) / target.name;
  std::vector<std::filesystem::path> inputs;
  if (std::filesystem::exists(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) inputs.push_back(entry.path());
  }
  std::sort(inputs.begin(), inputs.end());
  for (const auto& path : inputs) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    INFO("input " << path.string());
    target.replay(bytes.str());
  }
}

}  // namespace

void fuzz(const FuzzTarget& target) {
  const bool timed = std::getenv("QMPEV_FUZZ_SECONDS") != nullptr;
  if (!timed) replay_corpus(target);
  const std::uint64_t seconds = number("QMPEV_FUZZ_SECONDS", 0);
  const std::uint64_t first =
      number("QMPEV_FUZZ_SEED", timed ? static_cast<std::uint64_t>(system_clock().wall_us()) : 1);
  const std::int64_t end_ns =
      system_clock().monotonic_ns() + static_cast<std::int64_t>(seconds) * 1'000'000'000;
  std::uint64_t seed = first;
  do {
    INFO("repeat with QMPEV_FUZZ_SECONDS=0 QMPEV_FUZZ_SEED=" << seed);
    Random random(seed);
    target.play(random);
    ++seed;
  } while (timed ? system_clock().monotonic_ns() < end_ns : seed - first < target.rounds);
  if (timed) std::printf("%llu rounds\n", static_cast<unsigned long long>(seed - first));
}

}  // namespace qmpev::test
