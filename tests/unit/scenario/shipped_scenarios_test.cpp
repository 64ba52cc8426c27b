// SPDX-License-Identifier: MIT
#include "scenario/shipped_scenarios.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "scenario/scenario.hpp"

using namespace qmpev;

TEST_CASE("the program brings scenarios along, by name and in order", "[scenario]") {
  const auto& all = shipped_scenarios();
  REQUIRE(all.size() >= 2);
  CHECK(std::is_sorted(all.begin(), all.end(),
                       [](const auto& left, const auto& right) { return left.name < right.name; }));
  for (const ShippedScenario& shipped : all) {
    INFO(shipped.name);
    CHECK(find_shipped_scenario(shipped.name) == &shipped);
    CHECK_FALSE(shipped.title.empty());
    CHECK(shipped.text.find("\"title\": \"" + std::string(shipped.title) + "\"") != std::string_view::npos);
    CHECK(shipped.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    CHECK(shipped.name != "list");
  }
  CHECK(find_shipped_scenario("") == nullptr);
  CHECK(find_shipped_scenario("demo.json") == nullptr);
}
