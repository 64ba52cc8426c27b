// SPDX-License-Identifier: MIT
// What a fuzz target is: a name and a round that is played again and again. Who plays it is linked in:
//   plain_rounds.cpp      an ordinary test: the inputs of the corpus, then rounds by chance
//   libfuzzer_rounds.cpp  libFuzzer, which looks for inputs that reach new code
// Either says how to repeat a round that fails. A source has one target in one TEST_CASE.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "fuzz/random.hpp"

namespace qmpev::test {

struct FuzzTarget {
  std::string_view name;                         ///< of its folder in tests/fuzz/corpus
  std::uint64_t rounds;                          ///< by chance, as an ordinary test
  std::function<void(Random&)> play;             ///< a round by chance
  std::function<void(std::string_view)> replay;  ///< the round of an input: any bytes
};

void fuzz(const FuzzTarget& target);

/// A target whose rounds are made of decisions: an input is what they are.
inline void fuzz(std::string_view name, std::uint64_t rounds, const std::function<void(Random&)>& play) {
  const auto replay = [&play](std::string_view bytes) {
    Random random(bytes);
    play(random);
  };
  fuzz({name, rounds, play, replay});
}

/// A target that takes a text: an input is one as it stands, and `make` makes others by chance.
inline void fuzz_text(std::string_view name, std::uint64_t rounds,
                      const std::function<std::string(Random&)>& make,
                      const std::function<void(std::string_view)>& take) {
  fuzz({name, rounds, [&](Random& random) { take(make(random)); }, take});
}

}  // namespace qmpev::test
