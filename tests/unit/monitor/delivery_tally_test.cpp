// SPDX-License-Identifier: MIT
#include "monitor/delivery_tally.hpp"

#include <random>
#include <vector>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("every record is told as often as it went out, in the log and when it goes", "[monitor]") {
  constexpr std::uint64_t kRecords = 7;
  std::mt19937 random(1);
  DeliveryTally tally(kRecords);
  std::vector<std::uint64_t> expected;  // by sequence
  std::uint64_t tail = 0;
  tally.open(0);
  for (int step = 0; step < 2'000; ++step) {
    if (expected.size() - tail == kRecords) {
      REQUIRE(tally.forget(tail) == expected[tail]);
      ++tail;
    }
    expected.push_back(0);
    tally.open(expected.size());
    for (auto readers = random() % 3; readers > 0; --readers) {
      const std::uint64_t begin = tail + random() % (expected.size() - tail);
      const std::uint64_t end = begin + 1 + random() % (expected.size() - begin);
      tally.add(begin, end);
      for (std::uint64_t at = begin; at < end; ++at) ++expected[at];
    }
    std::uint64_t walked = tail;
    tally.walk(tail, expected.size(), [&](std::uint64_t sequence, std::uint64_t deliveries) {
      REQUIRE(sequence == walked++);
      REQUIRE(deliveries == expected[sequence]);
    });
    REQUIRE(walked == expected.size());
  }
}

}  // namespace
}  // namespace qmpev
