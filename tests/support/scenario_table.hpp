// SPDX-License-Identifier: MIT
// A table of triggers that do nothing, for tests of what refers to triggers.
#pragma once

#include <vector>

#include "hypervisor/trigger.hpp"

namespace qmpev::test {

inline std::vector<TriggerDevice> scenario_table() {
  const auto nothing = [](const TriggerValues&) -> Result<std::string> { return std::string("did nothing"); };
  TriggerDevice lamp{.name = "lamp", .doc = "a lamp", .state = [] { return std::string("dark"); }};
  lamp.actions.push_back({.name = "on", .doc = "goes on", .act = nothing});
  lamp.actions.push_back({.name = "dim",
                          .doc = "goes down",
                          .actor = Actor::host,
                          .arguments = {{.name = "level", .standard = "5", .doc = "how far", .max = 10}},
                          .act = nothing});
  return {lamp};
}

}  // namespace qmpev::test
