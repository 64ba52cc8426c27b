// SPDX-License-Identifier: MIT
// Takes the members of an object of a scenario file as what they have to be, and notes the first mistake with
// its line. Any thread, one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "scenario/json_tree.hpp"
#include "scenario/scenario.hpp"
#include "scenario/scenario_members.hpp"

namespace qmpev {

/// Every function but mistake() returns false when it notes one.
class MemberReader {
 public:
  bool fail(std::size_t line, std::string sentence);
  const std::optional<TextMistake>& mistake() const noexcept { return mistake_; }

  /// The object has what it needs and nothing it does not know. `what` is its name for a person.
  bool members(const JsonTree& object, const ScenarioObject& known, const std::string& what);

  /// A member that is there: one line of text, not empty, at most kMaxScenarioTextBytes.
  bool text(const JsonTree& object, std::string_view name, std::string& text);
  /// Seconds from 0 to kMaxWaitSeconds.
  bool seconds(const JsonTree& object, std::string_view name, StepTime& time);

  /// A whole number; `name` is the member's.
  bool number(const JsonTree& value, std::string_view name, std::uint64_t least, std::uint64_t most,
              std::uint64_t& number);
  /// An object of numbers and texts, as the arguments of a trigger are.
  bool arguments(const JsonTree& value, std::map<std::string, std::string>& arguments);

 private:
  std::optional<TextMistake> mistake_;
};

}  // namespace qmpev
