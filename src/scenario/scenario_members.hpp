// SPDX-License-Identifier: MIT
// Which members the objects of a scenario file have: the parser refuses all others, and a test holds
// scenario.schema.json to the same table. Constants. Any thread.
#pragma once

#include <array>
#include <string_view>

namespace qmpev {

inline constexpr std::size_t kMaxObjectMembers = 6;

/// One object. The first member says which object it is; `needed` of the members, from the first on, must be
/// there.
struct ScenarioObject {
  std::array<std::string_view, kMaxObjectMembers> members;  ///< unused ones are empty, at the end
  std::size_t needed;
};

inline constexpr ScenarioObject kFileObject{{"title", "steps", "seed", "$schema"}, 2};
inline constexpr ScenarioObject kChoiceObject{{"steps", "weight"}, 1};

/// The steps, by their first member.
inline constexpr std::array<ScenarioObject, 11> kStepObjects{{
    {{"say"}, 1},
    {{"wait"}, 1},
    {{"wait-for-event", "count", "timeout"}, 1},
    {{"wait-for-clients", "timeout"}, 1},
    {{"wait-for-command", "count", "timeout"}, 1},
    {{"trigger", "action", "arguments", "remark"}, 1},
    {{"command", "arguments", "remark"}, 1},
    {{"repeat", "steps"}, 2},
    {{"choose"}, 1},
    {{"storm", "per-second", "count", "action", "arguments", "remark"}, 3},
    {{"end"}, 1},
}};

}  // namespace qmpev
