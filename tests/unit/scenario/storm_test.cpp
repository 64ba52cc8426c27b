// SPDX-License-Identifier: MIT
#include "scenario/storm.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000 * kMs;

std::uint64_t begin_due(Storm& storm, std::int64_t now_ns) {
  const std::uint64_t due = storm.due(now_ns);
  for (std::uint64_t i = 0; i < due; ++i) storm.begin_one();
  return due;
}

void end(Storm& storm, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) storm.end_one(false);
}

}  // namespace

TEST_CASE("a storm keeps its rate, in batches, and ends with its count", "[scenario]") {
  Storm storm(100, 10, 7);
  CHECK(begin_due(storm, 7) == 1);
  CHECK(begin_due(storm, 7 + 9 * kMs) == 0);
  CHECK(begin_due(storm, 7 + 10 * kMs) == 1);
  CHECK(begin_due(storm, 7 + 50 * kMs) == 4);
  end(storm, 6);
  CHECK_FALSE(storm.over(7 + 50 * kMs));
  CHECK(begin_due(storm, 7 + kSecond / 2) == 4);
  end(storm, 3);
  CHECK_FALSE(storm.over(7 + kSecond / 2));
  storm.end_one(true);
  CHECK(storm.over(7 + kSecond / 2));
  const StormOutcome outcome = storm.outcome(7 + kSecond / 2);
  CHECK(outcome.wanted == 10);
  CHECK(outcome.done == 10);
  CHECK(outcome.refused == 1);
  CHECK(outcome.time_ns == kSecond / 2);
}

TEST_CASE("a machine that is too slow holds back the storm, gets its grace, and then it is over",
          "[scenario]") {
  Storm storm(1'000'000, 1'000'000, 0);
  CHECK(begin_due(storm, kSecond) == kMaxStormInFlight);
  CHECK(begin_due(storm, kSecond) == 0);
  end(storm, 3);
  CHECK(begin_due(storm, kSecond) == 3);
  const std::int64_t last = kSecond + kStormGraceNs;
  CHECK_FALSE(storm.over(last - 1));
  CHECK(storm.over(last));
  end(storm, 5);
  CHECK(begin_due(storm, last) == 0);
  CHECK(storm.outcome(last).done == 8);
}

TEST_CASE("a storm looks again after a batch, and only at its end when all have begun", "[scenario]") {
  Storm storm(1'000, 2, 0);
  begin_due(storm, 0);
  CHECK(storm.next_ns(0) == kStormBatchNs);
  begin_due(storm, kStormBatchNs);
  CHECK(storm.next_ns(kStormBatchNs) == 2 * kMs + kStormGraceNs);
}
