// SPDX-License-Identifier: MIT
#include "scenario/member_reader.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

JsonTree tree_of(std::string_view text) {
  auto [tree, mistake] = read_json_tree(text);
  REQUIRE_FALSE(mistake);
  return tree;
}

constexpr ScenarioObject kThing{{"name", "size", "colour"}, 2};

}  // namespace

TEST_CASE("an object has what it needs and nothing unknown", "[scenario]") {
  MemberReader reader;
  CHECK(reader.members(tree_of(R"({"name": 1, "size": 2})"), kThing, "a thing"));
  CHECK_FALSE(reader.mistake());
  CHECK_FALSE(reader.members(tree_of("{\"name\": 1,\n\"sice\": 2}"), kThing, "a thing"));
  CHECK(reader.mistake()->line == 2);
  CHECK(reader.mistake()->sentence == "a thing has no member \"sice\": it has name, size and colour");
  CHECK_FALSE(reader.members(tree_of("{}"), kThing, "a thing"));
  CHECK(reader.mistake()->line == 2);  // the first mistake stays
  MemberReader other;
  CHECK_FALSE(other.members(tree_of(R"({"name": 1})"), kThing, "a thing"));
  CHECK(other.mistake()->sentence == "a thing needs a member \"size\"");
  MemberReader empty;
  CHECK_FALSE(empty.members(tree_of(R"({"name": 1, "size": 2, "": 3})"), kThing, "a thing"));
}

TEST_CASE("texts have a length", "[scenario]") {
  const auto takes = [](const std::string& value) {
    MemberReader reader;
    std::string text;
    return reader.text(tree_of("{\"name\": " + value + "}"), "name", text);
  };
  CHECK(takes("\"x\""));
  CHECK(takes("\"" + std::string(kMaxScenarioTextBytes, 'x') + "\""));
  CHECK_FALSE(takes("\"" + std::string(kMaxScenarioTextBytes + 1, 'x') + "\""));
  CHECK_FALSE(takes("\"\""));
  CHECK_FALSE(takes("1"));
}

TEST_CASE("seconds are rounded to milliseconds, from none to a day", "[scenario]") {
  const auto read = [](const std::string& value) -> std::optional<std::int64_t> {
    MemberReader reader;
    StepTime time{};
    if (!reader.seconds(tree_of("{\"wait\": " + value + "}"), "wait", time)) return std::nullopt;
    return time.count();
  };
  CHECK(read("0") == 0);
  CHECK(read("0.5") == 500);
  CHECK(read("0.0126") == 13);
  CHECK(read("86400") == 86'400'000);
  CHECK_FALSE(read("86400.1"));
  CHECK_FALSE(read("-1"));
  CHECK_FALSE(read("\"1\""));
}

TEST_CASE("whole numbers have a range", "[scenario]") {
  const auto takes = [](const std::string& value) {
    MemberReader reader;
    std::uint64_t number = 0;
    return reader.number(tree_of(value), "n", 2, 5, number) && std::to_string(number) == value;
  };
  CHECK_FALSE(takes("1"));
  CHECK(takes("2"));
  CHECK(takes("5"));
  CHECK_FALSE(takes("6"));
  CHECK_FALSE(takes("2.5"));
  CHECK_FALSE(takes("\"3\""));
}

TEST_CASE("arguments are numbers and texts as they were written", "[scenario]") {
  MemberReader reader;
  std::map<std::string, std::string> arguments;
  REQUIRE(reader.arguments(tree_of(R"({"a": 12, "b": "0x81", "c": "128M"})"), arguments));
  CHECK(arguments == std::map<std::string, std::string>{{"a", "12"}, {"b", "0x81"}, {"c", "128M"}});
  CHECK_FALSE(reader.arguments(tree_of(R"({"a": true})"), arguments));
  MemberReader other;
  CHECK_FALSE(other.arguments(tree_of("[]"), arguments));
  MemberReader third;
  CHECK_FALSE(third.arguments(tree_of("{\"a\": \"" + std::string(kMaxScenarioTextBytes + 1, 'x') + "\"}"),
                              arguments));
}
