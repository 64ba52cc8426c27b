// SPDX-License-Identifier: MIT
#include "scenario/player.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>

#include "scenario/scenario_parser.hpp"
#include "support/fake_clock.hpp"
#include "support/scenario_table.hpp"

using namespace qmpev;

namespace {

const std::vector<TriggerDevice> kTable = test::scenario_table();

/// Notes what it is told; answers when the test says so, or at once.
class FakeStage final : public ScenarioStage {
 public:
  void say(const std::string& text) override { told.push_back(text); }
  void trigger(const TriggerStep& step, OnDone on_done) override {
    told.push_back("trigger " + step.trigger.action->name);
    take(std::move(on_done));
  }
  void command(const CommandStep& step, OnDone on_done) override {
    told.push_back("command " + step.name + step.arguments);
    take(std::move(on_done));
  }
  void storm_begins(const StormStep&) override { told.push_back("storm"); }
  void storm_trigger(const Trigger& trigger, OnDone on_done) override {
    ++storm_triggers;
    if (trigger.action->name == "dim") levels += std::to_string(trigger.values.number("level"));
    take(std::move(on_done));
  }
  void storm_ends(const StormStep&, const StormOutcome& outcome) override {
    told.push_back(std::to_string(outcome.done) + " of " + std::to_string(outcome.wanted));
  }
  void end_machine() override { told.push_back("end"); }
  void played(const std::optional<std::string>& failure) override {
    told.push_back(failure.value_or("played"));
  }

  void answer() {
    const OnDone on_done = std::move(unanswered.front());
    unanswered.pop_front();
    on_done(std::string("did"));
  }

  std::vector<std::string> told;
  std::deque<OnDone> unanswered;
  bool answers_at_once = true;
  int storm_triggers = 0;
  std::string levels;  // that a storm set

 private:
  void take(OnDone on_done) {
    if (answers_at_once) return on_done(std::string("did"));
    unanswered.push_back(std::move(on_done));
  }
};

struct Fixture {
  explicit Fixture(const std::string& steps, std::uint64_t seed = 1)
      : scenario(parse(steps)), player(scenario, seed, clock, stage) {
    player.play();
  }
  static Scenario parse(const std::string& steps) {
    auto scenario = parse_scenario("a.json", "{\"title\": \"t\", \"steps\": [\n" + steps + "]}", kTable);
    INFO((scenario ? "" : scenario.error().sentence));
    REQUIRE(scenario);
    return std::move(scenario).value();
  }
  void advance_ms(std::int64_t ms) {
    clock.advance_us(ms * 1'000);
    player.play();
  }
  std::vector<std::string> take_told() { return std::exchange(stage.told, {}); }

  test::FakeClock clock;
  FakeStage stage;
  Scenario scenario;
  Player player;
};

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("steps are played in order, and waits take their time", "[scenario]") {
  Fixture fixture(R"({"say": "a"}, {"wait": 0.5}, {"say": "b"})");
  CHECK(fixture.take_told() == Told{"a"});
  CHECK(fixture.player.due_ns() == fixture.clock.monotonic_ns() + 500'000'000);
  fixture.advance_ms(499);
  CHECK(fixture.take_told() == Told{});
  CHECK_FALSE(fixture.player.over());
  fixture.advance_ms(1);
  CHECK(fixture.take_told() == Told{"b", "played"});
  CHECK(fixture.player.over());
  CHECK_FALSE(fixture.player.due_ns());
  fixture.advance_ms(1'000);
  CHECK(fixture.take_told() == Told{});
}

TEST_CASE("the next step waits until a trigger or a command is answered", "[scenario]") {
  Fixture fixture(R"({"say": "a"})");
  CHECK(fixture.player.over());
  Fixture slow(
      R"({"wait": 1}, {"trigger": "lamp"}, {"command": "cont", "arguments": {"a": 1}}, {"say": "b"})");
  slow.stage.answers_at_once = false;
  slow.advance_ms(1'000);
  CHECK(slow.take_told() == Told{"trigger on"});
  slow.player.play();
  CHECK(slow.take_told() == Told{});
  slow.stage.answer();
  CHECK(slow.take_told() == Told{"command cont{\"a\": 1}"});
  slow.stage.answer();
  CHECK(slow.take_told() == Told{"b", "played"});
}

TEST_CASE("what is never answered ends the play with a sentence, and an answer after that is too late",
          "[scenario]") {
  Fixture fixture(R"({"wait": 1}, {"trigger": "lamp"}, {"say": "b"})");
  fixture.stage.answers_at_once = false;
  fixture.advance_ms(1'000);
  fixture.take_told();
  fixture.advance_ms(kAnswerPatienceNs / 1'000'000 - 1);
  CHECK(fixture.take_told() == Told{});
  fixture.advance_ms(1);
  const Told told = fixture.take_told();
  REQUIRE(told.size() == 1);
  CHECK_THAT(told[0], Catch::StartsWith("a.json:2: nothing answers"));
  fixture.stage.answer();
  CHECK(fixture.take_told() == Told{});
}

TEST_CASE("an answer may come after the player is gone", "[scenario]") {
  ScenarioStage::OnDone late;
  {
    Fixture fixture(R"({"wait": 1}, {"trigger": "lamp"})");
    fixture.stage.answers_at_once = false;
    fixture.advance_ms(1'000);
    late = std::move(fixture.stage.unanswered.front());
  }
  late(std::string("did"));
}

TEST_CASE("events are awaited by name and number, those before included, each for one wait", "[scenario]") {
  Fixture fixture(R"({"wait": 1}, {"wait-for-event": "STOP", "count": 2}, {"say": "a"},
                     {"wait-for-event": "STOP"}, {"say": "b"})");
  fixture.player.event_seen("STOP");
  fixture.player.event_seen("RESUME");
  fixture.advance_ms(1'000);
  CHECK(fixture.take_told() == Told{});
  fixture.player.event_seen("STOP");
  CHECK(fixture.take_told() == Told{"a"});
  fixture.player.event_seen("STOP");
  CHECK(fixture.take_told() == Told{"b", "played"});
}

TEST_CASE("what one wait does not need is left for the next", "[scenario]") {
  Fixture fixture(
      R"({"wait": 1}, {"wait-for-event": "STOP", "count": 2}, {"wait-for-event": "STOP"}, {"say": "a"},
                     {"wait-for-event": "STOP"})");
  for (int i = 0; i < 3; ++i) fixture.player.event_seen("STOP");
  fixture.advance_ms(1'000);
  CHECK(fixture.take_told() == Told{"a"});
  CHECK_FALSE(fixture.player.over());
}

TEST_CASE("a wait in vain ends the play and says for what", "[scenario]") {
  Fixture fixture(R"({"wait-for-event": "STOP", "count": 2, "timeout": 1.5}, {"say": "a"})");
  fixture.player.event_seen("STOP");
  fixture.advance_ms(1'499);
  CHECK_FALSE(fixture.player.over());
  CHECK(fixture.player.due_ns() == fixture.clock.monotonic_ns() + 1'000'000);
  fixture.advance_ms(1);
  CHECK(fixture.take_told() == Told{"a.json:2: waited 1.5 s for 2 times STOP in vain"});
  CHECK(fixture.player.over());
}

TEST_CASE("clients are awaited as they are now, commands as they were sent", "[scenario]") {
  Fixture fixture(R"({"wait-for-clients": 2}, {"say": "a"}, {"wait-for-command": "cont"}, {"say": "b"})");
  CHECK_FALSE(fixture.player.due_ns());
  fixture.player.clients_changed(1);
  fixture.player.command_seen("cont");
  CHECK(fixture.take_told() == Told{});
  fixture.player.clients_changed(3);
  CHECK(fixture.take_told() == Told{"a", "b", "played"});
}

TEST_CASE("steps are repeated, also in each other", "[scenario]") {
  Fixture fixture(
      R"({"repeat": 2, "steps": [{"say": "a"}, {"repeat": 2, "steps": [{"say": "b"}]}]}, {"say": "c"})");
  CHECK(fixture.take_told() == Told{"a", "b", "b", "a", "b", "b", "c", "played"});
}

TEST_CASE("a loop that never waits lets others have their turn", "[scenario]") {
  Fixture fixture(R"({"repeat": "forever", "steps": [{"say": "a"}]})");
  const std::size_t first = fixture.take_told().size();
  CHECK(first > 0);
  CHECK(first < 100);
  CHECK(fixture.player.due_ns() == fixture.clock.monotonic_ns());
  fixture.player.play();
  CHECK_FALSE(fixture.take_told().empty());
  CHECK_FALSE(fixture.player.over());
}

TEST_CASE("the same seed makes the same choices, by their weights", "[scenario]") {
  const std::string steps = R"({"repeat": 1000, "steps": [{"choose": [
      {"steps": [{"say": "a"}], "weight": 3}, {"steps": [{"say": "b"}]}]}, {"trigger": "lamp"}]})";
  const auto told_with = [&](std::uint64_t seed) {
    Fixture fixture(steps, seed);
    while (!fixture.player.over()) fixture.player.play();
    return fixture.take_told();
  };
  const Told told = told_with(1);
  CHECK(told == told_with(1));
  CHECK(told != told_with(2));
  const auto often = std::count(told.begin(), told.end(), "a");
  CHECK(often > 700);
  CHECK(often < 800);
  CHECK(std::count(told.begin(), told.end(), "b") == 1'000 - often);
}

TEST_CASE("a storm is played at its rate and then told", "[scenario]") {
  Fixture fixture(R"({"storm": "lamp", "per-second": 100, "count": 10}, {"say": "after"})");
  CHECK(fixture.take_told() == Told{"storm"});
  CHECK(fixture.stage.storm_triggers == 1);
  CHECK(fixture.player.due_ns() == fixture.clock.monotonic_ns() + kStormBatchNs);
  fixture.advance_ms(50);
  CHECK(fixture.stage.storm_triggers == 6);
  fixture.advance_ms(50);
  CHECK(fixture.take_told() == Told{"10 of 10", "after", "played"});
}

TEST_CASE("a storm takes its arguments in turn", "[scenario]") {
  Fixture fixture(
      R"({"storm": "lamp", "action": "dim", "arguments": [{"level": 1}, {"level": 2}, {"level": 3}],
                      "per-second": 1000, "count": 7})");
  fixture.advance_ms(5);
  fixture.advance_ms(5);
  CHECK(fixture.stage.levels == "1231231");
}

TEST_CASE("a storm that the machine cannot keep up with ends and says how far it came", "[scenario]") {
  Fixture fixture(R"({"wait": 1}, {"storm": "lamp", "per-second": 1000, "count": 1000}, {"say": "after"})");
  fixture.stage.answers_at_once = false;
  fixture.advance_ms(1'000);
  fixture.advance_ms(1'000);
  CHECK(fixture.stage.storm_triggers == int(kMaxStormInFlight));
  fixture.stage.answer();
  CHECK(fixture.stage.storm_triggers == int(kMaxStormInFlight) + 1);
  fixture.advance_ms(999);
  CHECK(fixture.take_told() == Told{"storm"});
  fixture.advance_ms(1);
  CHECK(fixture.take_told() == Told{"1 of 1000", "after", "played"});
  fixture.stage.answer();
  CHECK(fixture.take_told() == Told{});
}

TEST_CASE("the end of the machine is the end of the play", "[scenario]") {
  Fixture fixture(R"({"say": "a"}, {"end": true}, {"say": "b"})");
  CHECK(fixture.take_told() == Told{"a", "end", "played"});
}
