// SPDX-License-Identifier: MIT
// The parser of scenario files against mutations of good ones: it never crashes, and gives a scenario or a
// sentence that begins with the file and a line of it.
#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "fuzz/rounds.hpp"
#include "scenario/scenario_parser.hpp"
#include "scenario/shipped_scenarios.hpp"
#include "support/scenario_table.hpp"

using namespace qmpev;
using test::below;
using test::Random;

namespace {

constexpr const char* kGood = R"({
  "title": "All steps",
  "seed": 7,
  "steps": [
    {"say": "h\u00e9llo \"you\""},
    {"wait": 0.25},
    {"wait-for-event": "STOP", "count": 2, "timeout": 3},
    {"wait-for-clients": 2},
    {"wait-for-command": "cont", "timeout": 1e1},
    {"trigger": "lamp", "action": "dim", "arguments": {"level": "0x3"}, "remark": "darker"},
    {"command": "balloon", "arguments": {"value": -4096.5, "x": [null, true, {}]}},
    {"repeat": "forever", "steps": [
      {"choose": [{"steps": [{"say": "x"}]}, {"weight": 4, "steps": [{"say": "y"}]}]}
    ]},
    {"storm": "lamp", "per-second": 100, "count": 20},
    {"end": true}
  ]
}
)";

/// Pieces that mean something to the parser.
constexpr std::string_view kPieces[] = {
    "{",     "}",       "[",    "]",        "\"",       ":",           ",",           "\\",
    "\\u00", "\\ud800", "\n",   "0",        "-",        "1e999",       "\"say\"",     "null",
    "true",  "//",      "\xff", "\xc0\x80", "[[[[[[[[", "{\"steps\":", "\"forever\"", "18446744073709551616"};

void mutate(std::string& text, Random& random) {
  const std::size_t at = below(random, text.size() + 1);
  switch (below(random, 5)) {
    case 0:
      text.insert(at, kPieces[below(random, std::size(kPieces))]);
      break;
    case 1:
      text.erase(at, below(random, 20));
      break;
    case 2:
      if (at < text.size()) text[at] = static_cast<char>(below(random, 256));
      break;
    case 3:
      text.resize(at);
      break;
    default: {
      const std::size_t from = below(random, text.size() + 1);
      text.insert(at, text.substr(from, below(random, 80)));
    }
  }
}

const std::vector<TriggerDevice> kTable = test::scenario_table();

std::string make(Random& random) {
  // The devices of a shipped one are not in the table: what matters is that each line of it is a way to fail.
  const auto& shipped = shipped_scenarios();
  const std::size_t choice = below(random, 2 * shipped.size());
  std::string text = choice < shipped.size() ? std::string(shipped[choice].text) : kGood;
  for (std::uint64_t left = 1 + below(random, 4); left > 0; --left) mutate(text, random);
  return text;
}

void take(std::string_view text) {
  const auto scenario = parse_scenario("a.json", text, kTable);
  if (scenario) {
    REQUIRE_FALSE(scenario.value().steps.empty());
    return;
  }
  const std::string& sentence = scenario.error().sentence;
  INFO(text << "\n" << sentence);
  REQUIRE(sentence.rfind("a.json:", 0) == 0);
  const auto line = std::stoll(sentence.substr(7));
  REQUIRE(line >= 1);
  REQUIRE(line <= 1 + std::count(text.begin(), text.end(), '\n'));
  REQUIRE(std::all_of(sentence.begin(), sentence.end(), [](char c) { return c >= ' ' && c <= '~'; }));
  REQUIRE(sentence.size() < 2'500);
}

}  // namespace

TEST_CASE("a broken scenario is refused with a line", "[fuzz]") {
  REQUIRE(parse_scenario("a.json", kGood, kTable));
  test::fuzz_text("scenario", 20'000, make, take);
}
