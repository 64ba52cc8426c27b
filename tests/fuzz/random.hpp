// SPDX-License-Identifier: MIT
// Where a test's decisions come from: chance that is the same on every machine (the standard says what
// mt19937_64 gives, but not what its distributions do with it), or the bytes of a fuzzer's input, which
// decide first and are followed by chance. Reentrant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string_view>

namespace qmpev::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : chance_(seed) {}
  /// The first eight bytes are the seed of what comes when the others are used up, so that eight bytes are
  /// the round of a seed, and a change of a later byte changes little else. Borrows `bytes`.
  explicit Random(std::string_view bytes) : decisions_(bytes), chance_(take(sizeof(std::uint64_t))) {}

  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() { return decisions_.empty() ? chance_() : take(sizeof(result_type)); }

  /// A number from 0 to `limit` - 1. Uses no more bytes than it needs: one for most decisions.
  std::uint64_t below(std::uint64_t limit) {
    if (decisions_.empty()) return chance_() % limit;
    std::size_t bytes = 1;
    while (bytes < sizeof limit && (limit - 1) >> (8 * bytes) != 0) ++bytes;
    return take(bytes) % limit;
  }

 private:
  std::uint64_t take(std::size_t bytes) {
    std::uint64_t number = 0;
    for (const char byte : decisions_.substr(0, bytes))
      number = number << 8 | static_cast<unsigned char>(byte);
    decisions_.remove_prefix(bytes < decisions_.size() ? bytes : decisions_.size());
    return number;
  }

  std::string_view decisions_;
  std::mt19937_64 chance_;
};

/// The same on every standard library.
inline std::uint64_t below(Random& random, std::uint64_t limit) {
  return random.below(limit);
}

}  // namespace qmpev::test
