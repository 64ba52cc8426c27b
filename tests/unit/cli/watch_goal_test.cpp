// SPDX-License-Identifier: MIT
#include "cli/watch_goal.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("a count is reached by events of any name", "[cli]") {
  WatchGoal goal(2, "");
  goal.see("STOP");
  CHECK_FALSE(goal.reached());
  CHECK_FALSE(goal.satisfied());
  goal.see("RESUME");
  CHECK(goal.reached());
  CHECK(goal.satisfied());
}

TEST_CASE("a name is reached by the event of that name", "[cli]") {
  WatchGoal goal(std::nullopt, "STOP");
  goal.see("RESUME");
  goal.see("STOPPED");
  CHECK_FALSE(goal.reached());
  goal.see("STOP");
  CHECK(goal.reached());
}

TEST_CASE("name and count together count that name", "[cli]") {
  WatchGoal goal(2, "STOP");
  for (const char* name : {"STOP", "RESUME"}) goal.see(name);
  CHECK_FALSE(goal.reached());
  goal.see("STOP");
  CHECK(goal.reached());
}

TEST_CASE("without either there is no end, and one event satisfies", "[cli]") {
  WatchGoal goal(std::nullopt, "");
  CHECK_FALSE(goal.satisfied());
  goal.see("STOP");
  CHECK(goal.satisfied());
  CHECK_FALSE(goal.reached());
}
