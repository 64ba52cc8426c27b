// SPDX-License-Identifier: MIT
#include "monitor/deadlines.hpp"

#include <array>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("what is due is taken out, soonest first", "[monitor]") {
  std::array<int, 2> subjects{};
  Deadlines<int> deadlines;
  CHECK(deadlines.next_ns() == INT64_MAX);
  CHECK(deadlines.take_due(INT64_MAX - 1) == nullptr);
  deadlines.add(20, subjects[0]);
  deadlines.add(10, subjects[1]);
  CHECK(deadlines.next_ns() == 10);
  CHECK(deadlines.take_due(9) == nullptr);
  CHECK(deadlines.take_due(10) == &subjects[1]);
  CHECK(deadlines.take_due(19) == nullptr);
  CHECK(deadlines.take_due(21) == &subjects[0]);
  CHECK(deadlines.next_ns() == INT64_MAX);
}

TEST_CASE("one that is removed is not due any more, others at that time are", "[monitor]") {
  std::array<int, 2> subjects{};
  Deadlines<int> deadlines;
  deadlines.add(10, subjects[0]);
  deadlines.add(10, subjects[1]);
  deadlines.remove(10, subjects[0]);
  deadlines.remove(10, subjects[0]);
  CHECK(deadlines.take_due(10) == &subjects[1]);
  CHECK(deadlines.take_due(10) == nullptr);
}

}  // namespace
}  // namespace qmpev
