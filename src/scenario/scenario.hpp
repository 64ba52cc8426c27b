// SPDX-License-Identifier: MIT
// A scenario: what the actors of a machine do, one step after the other. Everything in it is checked;
// README.md beside this file says how one is written. A plain value that borrows the trigger table. Any
// thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hypervisor/trigger.hpp"

namespace qmpev {

// What a file may ask for. Each limit keeps a typing error from becoming a machine that does nothing else for
// a day.
inline constexpr std::size_t kMaxScenarioBytes = std::size_t{1} << 20;  ///< of the file
inline constexpr std::size_t kMaxScenarioSteps = 10'000;                ///< written in one file, at any depth
inline constexpr std::size_t kMaxScenarioTextBytes = 1'000;  ///< of a title, a remark, a line to say
inline constexpr double kMaxWaitSeconds = 86'400;            ///< a day
inline constexpr std::uint64_t kMaxRepeats = 1'000'000;      ///< beside "forever"
inline constexpr std::uint64_t kMaxAwaited = 1'000'000;      ///< events, clients or commands of one wait
inline constexpr std::uint64_t kMaxWeight = 1'000;           ///< of one choice
inline constexpr std::size_t kMaxChoices = 100;              ///< of one "choose"
inline constexpr std::uint64_t kMaxStormRate = 1'000'000;    ///< a second
inline constexpr std::size_t kMaxStormArguments = 100;       ///< sets of them, taken in turn
inline constexpr std::uint64_t kMaxStormCount = 100'000'000;
/// 2^53 - 1: every reader of JSON keeps it.
inline constexpr std::uint64_t kMaxSeed = (std::uint64_t{1} << 53) - 1;

/// How long a wait for an event lasts when the file does not say. Waits for people have no such end.
inline constexpr auto kStandardEventTimeout = std::chrono::seconds(10);

using StepTime = std::chrono::milliseconds;

struct ScenarioStep;
using ScenarioSteps = std::vector<ScenarioStep>;

struct SayStep {
  std::string text;
};

struct WaitStep {
  StepTime time;
};

/// Until `count` events, clients or commands were there.
struct AwaitStep {
  enum class What { event, clients, command };
  What what;
  std::string name;  ///< of the event or command
  std::uint64_t count;
  std::optional<StepTime> timeout;
};

struct TriggerStep {
  Trigger trigger;
  std::string remark;
};

/// What a host sends over QMP.
struct CommandStep {
  std::string name;
  std::string arguments;  ///< a JSON object; empty: none
  std::string remark;
};

struct RepeatStep {
  std::optional<std::uint64_t> count;  ///< nothing: for ever
  ScenarioSteps steps;
};

/// One of several lists of steps, by lot.
struct ChooseStep {
  struct Choice {
    std::uint64_t weight;
    ScenarioSteps steps;
  };
  std::vector<Choice> choices;
};

struct StormStep {
  std::vector<Trigger> triggers;  ///< in turn: one action, at least one set of arguments
  std::uint64_t per_second;
  std::uint64_t count;
  std::string remark;
};

struct EndStep {};

struct ScenarioStep {
  std::size_t line;
  std::variant<SayStep, WaitStep, AwaitStep, TriggerStep, CommandStep, RepeatStep, ChooseStep, StormStep,
               EndStep>
      what;
};

struct Scenario {
  std::string file;  ///< as sentences call it
  std::string title;
  std::optional<std::uint64_t> seed;
  ScenarioSteps steps;
  bool has_choice = false;  ///< its course depends on the seed
};

}  // namespace qmpev
