// SPDX-License-Identifier: MIT
#include "scenario/player.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace qmpev {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr int kStepsPerTurn = 64;  // then clients and signals get their turn, even in a loop that never waits

std::int64_t ns_of(StepTime time) noexcept {
  return time.count() * kNsPerMs;
}

/// "2.5 s"
std::string seconds_text(StepTime time) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%g s", static_cast<double>(time.count()) / 1'000);
  return text.data();
}

/// "3 x STOP", "2 clients"
std::string awaited_text(const AwaitStep& await) {
  const std::string count = std::to_string(await.count);
  if (await.what == AwaitStep::What::clients) return count + (await.count == 1 ? " client" : " clients");
  const std::string name = await.what == AwaitStep::What::command ? "the command " + await.name : await.name;
  return await.count == 1 ? name : count + " times " + name;
}

}  // namespace

Player::Player(const Scenario& scenario, std::uint64_t seed, const Clock& clock, ScenarioStage& stage)
    : scenario_(scenario), clock_(clock), stage_(stage), random_(seed) {
  note_awaited(scenario.steps);
  levels_.push_back({&scenario.steps, 0, 0});
}

/// Only these are counted: a client may send commands of any name.
void Player::note_awaited(const ScenarioSteps& steps) {
  for (const ScenarioStep& step : steps) {
    if (const auto* await = std::get_if<AwaitStep>(&step.what)) {
      if (await->what == AwaitStep::What::event) events_.emplace(await->name, 0);
      if (await->what == AwaitStep::What::command) commands_.emplace(await->name, 0);
    } else if (const auto* repeat = std::get_if<RepeatStep>(&step.what)) {
      note_awaited(repeat->steps);
    } else if (const auto* choose = std::get_if<ChooseStep>(&step.what)) {
      for (const ChooseStep::Choice& choice : choose->choices) note_awaited(choice.steps);
    }
  }
}

void Player::count(Counts& counts, std::string_view name) {
  const auto found = counts.find(name);
  if (found == counts.end()) return;
  ++found->second;
  if (state_ == State::awaiting) play();
}

void Player::clients_changed(std::uint64_t clients) {
  clients_ = clients;
  if (state_ == State::awaiting) play();
}

void Player::play() {
  if (playing_) return;  // an answer that came at once
  playing_ = true;
  for (int steps = 0; steps < kStepsPerTurn && !over() && ready(); ++steps) begin_next();
  playing_ = false;
}

std::optional<std::int64_t> Player::due_ns() const {
  if (over()) return std::nullopt;
  if (state_ == State::ready) return clock_.monotonic_ns();
  if (state_ == State::storming) return storm_->next_ns(clock_.monotonic_ns());
  return until_ns_;
}

/// Whether the step that is played has ended.
bool Player::ready() {
  if (state_ == State::ready) return true;
  if (state_ == State::awaiting && take_awaited()) return true;
  if (state_ == State::storming) return storm_is_over();
  if (!until_ns_ || clock_.monotonic_ns() < *until_ns_) return false;
  if (state_ == State::waiting) return true;
  out_of_time();
  return false;
}

bool Player::take_awaited() {
  const auto& await = std::get<AwaitStep>(step_->what);
  if (await.what == AwaitStep::What::clients) return clients_ >= await.count;
  std::uint64_t& seen = (await.what == AwaitStep::What::event ? events_ : commands_).find(await.name)->second;
  if (seen < await.count) return false;
  seen -= await.count;
  return true;
}

void Player::out_of_time() {
  if (state_ == State::answering)
    return fail("nothing answers: does the machine stand still? Send `cont` before");
  const auto& await = std::get<AwaitStep>(step_->what);
  fail("waited " + seconds_text(*await.timeout) + " for " + awaited_text(await) + " in vain");
}

void Player::fail(const std::string& sentence) {
  finish(scenario_.file + ":" + std::to_string(step_->line) + ": " + sentence);
}

void Player::finish(const std::optional<std::string>& failure) {
  state_ = State::over;
  ++*turn_;
  stage_.played(failure);
}

/// The next step of the innermost list that has one; null at the end.
const ScenarioStep* Player::next_step() {
  while (!levels_.empty()) {
    Level& level = levels_.back();
    if (level.next < level.steps->size()) return &(*level.steps)[level.next++];
    level.next = 0;
    if (level.rounds_left && *level.rounds_left == 0) {
      levels_.pop_back();
    } else if (level.rounds_left) {
      --*level.rounds_left;
    }
  }
  return nullptr;
}

void Player::begin_next() {
  state_ = State::ready;
  ++*turn_;
  step_ = next_step();
  if (step_ == nullptr) return finish(std::nullopt);
  std::visit([this](const auto& step) { begin(step); }, step_->what);
}

void Player::wait_until(State state, std::int64_t until_ns) {
  state_ = state;
  until_ns_ = until_ns;
}

void Player::begin(const SayStep& step) {
  stage_.say(step.text);
}

void Player::begin(const WaitStep& step) {
  wait_until(State::waiting, clock_.monotonic_ns() + ns_of(step.time));
}

void Player::begin(const AwaitStep& step) {
  state_ = State::awaiting;
  until_ns_.reset();
  if (step.timeout) until_ns_ = clock_.monotonic_ns() + ns_of(*step.timeout);
}

void Player::begin(const TriggerStep& step) {
  wait_until(State::answering, clock_.monotonic_ns() + kAnswerPatienceNs);
  stage_.trigger(step, on_answer());
}

void Player::begin(const CommandStep& step) {
  wait_until(State::answering, clock_.monotonic_ns() + kAnswerPatienceNs);
  stage_.command(step, on_answer());
}

/// A refusal is shown by the stage and ends nothing: in a scenario that draws lots it is to be expected.
ScenarioStage::OnDone Player::on_answer() {
  return [this, turns = std::weak_ptr(turn_), turn = *turn_](const Result<std::string>&) {
    const auto now = turns.lock();
    if (!now || *now != turn) return;
    state_ = State::ready;
    play();
  };
}

void Player::begin(const RepeatStep& step) {
  std::optional<std::uint64_t> rounds_left;
  if (step.count) rounds_left = *step.count - 1;
  levels_.push_back({&step.steps, 0, rounds_left});
}

void Player::begin(const ChooseStep& step) {
  std::uint64_t total = 0;
  for (const ChooseStep::Choice& choice : step.choices) total += choice.weight;
  // Not std::uniform_int_distribution: a seed means the same with every standard library.
  std::uint64_t lot = random_() % total;
  for (const ChooseStep::Choice& choice : step.choices) {
    if (lot < choice.weight) {
      levels_.push_back({&choice.steps, 0, 0});
      return;
    }
    lot -= choice.weight;
  }
}

void Player::begin(const StormStep& step) {
  state_ = State::storming;
  stage_.storm_begins(step);
  storm_.emplace(step.per_second, step.count, clock_.monotonic_ns());
}

bool Player::storm_is_over() {
  const auto& step = std::get<StormStep>(step_->what);
  const std::uint64_t due = storm_->due(clock_.monotonic_ns());
  for (std::uint64_t i = 0; i < due; ++i) {
    const std::uint64_t turn = storm_->begin_one() % step.triggers.size();
    stage_.storm_trigger(step.triggers[turn], on_storm_answer());
  }
  const std::int64_t now = clock_.monotonic_ns();
  if (!storm_->over(now)) return false;
  stage_.storm_ends(step, storm_->outcome(now));
  return true;
}

ScenarioStage::OnDone Player::on_storm_answer() {
  return [this, turns = std::weak_ptr(turn_), turn = *turn_](const Result<std::string>& done) {
    const auto now = turns.lock();
    if (!now || *now != turn) return;
    storm_->end_one(!done);
    play();
  };
}

void Player::begin(const EndStep&) {
  stage_.end_machine();
  finish(std::nullopt);
}

}  // namespace qmpev
