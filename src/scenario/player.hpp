// SPDX-License-Identifier: MIT
// Plays a scenario, step by step. It waits for nothing itself: its owner calls play() when due_ns() has come,
// and tells it what was seen. Loop thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "scenario/scenario.hpp"
#include "scenario/scenario_stage.hpp"
#include "scenario/storm.hpp"

namespace qmpev {

/// How long one trigger or command may take, before the scenario says that nothing answers: a guest that
/// stands still, or a server that is lost.
inline constexpr std::int64_t kAnswerPatienceNs = 10'000'000'000;

class Player {
 public:
  /// Borrows all three for its life. The same seed makes the same choices.
  Player(const Scenario& scenario, std::uint64_t seed, const Clock& clock, ScenarioStage& stage);
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  /// Begins, or goes on: does what is due, and a bounded number of steps of it.
  void play();
  /// When play() has to be called, if nothing is seen before; nothing when the scenario waits without end.
  std::optional<std::int64_t> due_ns() const;
  bool over() const noexcept { return state_ == State::over; }

  /// An event was seen. What is awaited later counts too; each event counts for one wait.
  void event_seen(std::string_view name) { count(events_, name); }
  /// A client sent a command; as above.
  void command_seen(std::string_view name) { count(commands_, name); }
  /// How many clients there are now.
  void clients_changed(std::uint64_t clients);

 private:
  enum class State { ready, waiting, awaiting, answering, storming, over };
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;  // of names that the scenario awaits
  struct Level {
    const ScenarioSteps* steps;
    std::size_t next;
    std::optional<std::uint64_t> rounds_left;  // nothing: for ever
  };

  void note_awaited(const ScenarioSteps& steps);
  void count(Counts& counts, std::string_view name);
  const ScenarioStep* next_step();
  void begin_next();
  bool ready();
  bool take_awaited();
  bool storm_is_over();
  void out_of_time();
  void fail(const std::string& sentence);
  void finish(const std::optional<std::string>& failure);
  ScenarioStage::OnDone on_answer();
  ScenarioStage::OnDone on_storm_answer();
  void wait_until(State state, std::int64_t until_ns);

  void begin(const SayStep& step);
  void begin(const WaitStep& step);
  void begin(const AwaitStep& step);
  void begin(const TriggerStep& step);
  void begin(const CommandStep& step);
  void begin(const RepeatStep& step);
  void begin(const ChooseStep& step);
  void begin(const StormStep& step);
  void begin(const EndStep& step);

  const Scenario& scenario_;
  const Clock& clock_;
  ScenarioStage& stage_;
  std::mt19937_64 random_;
  std::vector<Level> levels_;
  const ScenarioStep* step_ = nullptr;  // the one that is played
  State state_ = State::ready;
  std::optional<std::int64_t> until_ns_;
  std::shared_ptr<std::uint64_t> turn_ =
      std::make_shared<std::uint64_t>(0);  // answers of other turns are late
  bool playing_ = false;
  std::optional<Storm> storm_;
  Counts events_;
  Counts commands_;
  std::uint64_t clients_ = 0;
};

}  // namespace qmpev
