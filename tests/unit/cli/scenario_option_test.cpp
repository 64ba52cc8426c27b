// SPDX-License-Identifier: MIT
#include "cli/scenario_option.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "scenario/scenario.hpp"
#include "scenario/shipped_scenarios.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev;

TEST_CASE("a word is a scenario of the program, a path is a file", "[cli]") {
  const auto demo = load_scenario(std::string(kDemoScenario));
  REQUIRE(demo);
  CHECK(demo.value().file == "demo.json");
  CHECK(demo.value().text == find_shipped_scenario("demo")->text);
  const auto unknown = load_scenario("dmo");
  REQUIRE_FALSE(unknown);
  CHECK_THAT(unknown.error().sentence, Catch::Contains("--scenario list") && Catch::Contains("./dmo"));
  CHECK(unknown.error().code == ErrorCode::invalid_argument);
  CHECK_THAT(load_scenario("demo.json").error().sentence,
             Catch::Contains("cannot read the scenario demo.json"));
  CHECK_THAT(load_scenario("a.json.bak").error().sentence,
             Catch::Contains("write ./a.json.bak if it is a file"));
  CHECK_THAT(load_scenario(".json").error().sentence, Catch::Contains("there is no scenario"));
  CHECK(load_scenario("").value().text.empty());
  CHECK_THAT(load_scenario("/").error().sentence, Catch::Contains("cannot read"));
}

TEST_CASE("a file is read, but no more of it than a scenario may have", "[cli]") {
  const test::TemporaryDirectory folder;
  const std::string path = folder / "a.json";
  std::ofstream(path) << "{}\n";
  CHECK(load_scenario(path).value().text == "{}\n");
  CHECK(load_scenario(path).value().file == path);
  std::ofstream(path) << std::string(3 * kMaxScenarioBytes, ' ');
  const std::size_t size = load_scenario(path).value().text.size();
  CHECK(size > kMaxScenarioBytes);
  CHECK(size < 2 * kMaxScenarioBytes);
}

TEST_CASE("the list has one line for each scenario", "[cli]") {
  const std::string list = scenario_list();
  for (const ShippedScenario& shipped : shipped_scenarios()) {
    const std::size_t at = list.find(std::string(shipped.name) + "   ");
    REQUIRE(at != std::string::npos);
    CHECK(list.find(std::string(shipped.title) + "\n", at) != std::string::npos);
  }
}

TEST_CASE("a seed is a number that JSON keeps", "[cli]") {
  CHECK(parse_seed("0").value() == 0);
  CHECK(parse_seed("9007199254740991").value() == kMaxSeed);
  for (const char* text : {"", "x", "-1", "1.5", "9007199254740992", "1 "}) {
    INFO(text);
    CHECK_FALSE(parse_seed(text));
  }
}
