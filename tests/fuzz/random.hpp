// SPDX-License-Identifier: MIT
// Chance that is the same on every machine: the standard says what mt19937_64 gives, but not what its
// distributions do with it. Reentrant.
#pragma once

#include <cstdint>
#include <random>

namespace qmpev::test {

using Random = std::mt19937_64;

/// A number from 0 to `limit` - 1; the same on every standard library.
inline std::uint64_t below(Random& random, std::uint64_t limit) {
  return random() % limit;
}

}  // namespace qmpev::test
