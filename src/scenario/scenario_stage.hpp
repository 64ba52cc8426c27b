// SPDX-License-Identifier: MIT
// What a scenario is played on, and who watches. The player calls it; a machine with a screen is behind it,
// or a test. Loop thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <qmpev/result.hpp>

#include "scenario/scenario.hpp"
#include "scenario/storm.hpp"

namespace qmpev {

class ScenarioStage {
 public:
  /// What was done, or why not. Called once, at once or later.
  using OnDone = std::function<void(const Result<std::string>& done)>;

  virtual ~ScenarioStage() = default;

  virtual void say(const std::string& text) = 0;
  virtual void trigger(const TriggerStep& step, OnDone on_done) = 0;
  virtual void command(const CommandStep& step, OnDone on_done) = 0;

  virtual void storm_begins(const StormStep& step) = 0;
  /// One of many: nobody shows it.
  virtual void storm_trigger(const Trigger& trigger, OnDone on_done) = 0;
  virtual void storm_ends(const StormStep& step, const StormOutcome& outcome) = 0;

  /// The machine's end.
  virtual void end_machine() = 0;
  /// There is nothing more to play; `failure` says which wait was in vain.
  virtual void played(const std::optional<std::string>& failure) = 0;
};

}  // namespace qmpev
