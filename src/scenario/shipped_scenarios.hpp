// SPDX-License-Identifier: MIT
// The scenarios that are compiled into the program: the files of scenarios/ beside this one. Constants. Any
// thread.
#pragma once

#include <string_view>
#include <vector>

namespace qmpev {

struct ShippedScenario {
  std::string_view name;   ///< its file's, without `.json`
  std::string_view title;  ///< one line
  std::string_view text;
};

/// In the order of their names.
const std::vector<ShippedScenario>& shipped_scenarios();

/// Null when there is none of that name.
const ShippedScenario* find_shipped_scenario(std::string_view name);

}  // namespace qmpev
