// SPDX-License-Identifier: MIT
// Chance that costs nothing to seed, since every step of a program has a seed of its own: splitmix64. The
// same on every machine. Reentrant.
#pragma once

#include <cstdint>

namespace qmpev::simulation {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t word = state_;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
    return word ^ (word >> 31);
  }
  /// 0 to `limit` - 1; 0 when there is nothing to choose from.
  std::uint64_t below(std::uint64_t limit) noexcept { return limit == 0 ? 0 : next() % limit; }
  /// `chances` of 0: never.
  bool one_in(std::uint64_t chances) noexcept { return chances != 0 && next() % chances == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace qmpev::simulation
