// SPDX-License-Identifier: MIT
#include "scenario/shipped_scenarios.hpp"

#include <algorithm>

namespace qmpev {

const ShippedScenario* find_shipped_scenario(std::string_view name) {
  const auto& all = shipped_scenarios();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const ShippedScenario& shipped) { return shipped.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace qmpev
