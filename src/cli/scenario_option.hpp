// SPDX-License-Identifier: MIT
// The value of --scenario: a file, or the name of a scenario that the program brings along. Main thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <qmpev/result.hpp>

namespace qmpev {

/// The value that lists the shipped scenarios instead of playing one.
inline constexpr std::string_view kListScenarios = "list";
/// The one that --demo plays.
inline constexpr std::string_view kDemoScenario = "demo";

struct ScenarioText {
  std::string file;  ///< as sentences call it
  std::string text;
};

/// A value with a `/` or with `.json` at its end is a file, any other a name; an empty one gives empty texts.
/// Fails with invalid_argument. Reads little more than a scenario may have; waits for the writer of a FIFO.
Result<ScenarioText> load_scenario(const std::string& value);

/// One line for each shipped scenario.
std::string scenario_list();

/// The value of --seed.
Result<std::uint64_t> parse_seed(std::string_view text);

}  // namespace qmpev
