// SPDX-License-Identifier: MIT
#include "scenario/scenario_parser.hpp"

#include <catch2/catch.hpp>

#include "support/scenario_table.hpp"

using namespace qmpev;

namespace {

const std::vector<TriggerDevice> kTable = test::scenario_table();

Result<Scenario> parse(std::string_view text) {
  return parse_scenario("a.json", text, kTable);
}

/// A scenario with these steps, the first of which is in line 2.
std::string with_steps(const std::string& steps) {
  return "{\"title\": \"t\", \"steps\": [\n" + steps + "]}";
}

ScenarioSteps steps_of(const std::string& steps) {
  auto scenario = parse(with_steps(steps));
  INFO((scenario ? "" : scenario.error().sentence));
  REQUIRE(scenario);
  return scenario.value().steps;
}

std::string refusal_of(std::string_view text) {
  const auto scenario = parse(text);
  INFO(text);
  REQUIRE_FALSE(scenario);
  CHECK(scenario.error().code == ErrorCode::invalid_argument);
  return scenario.error().sentence;
}

void check_refused(const std::string& steps, const std::string& wanted) {
  CHECK_THAT(refusal_of(with_steps(steps)), Catch::StartsWith("a.json:2: ") && Catch::Contains(wanted));
}

bool takes(const std::string& steps) {
  return bool(parse(with_steps(steps)));
}

}  // namespace

TEST_CASE("a file has a title, steps, and perhaps a seed", "[scenario]") {
  const auto scenario = parse(R"({"$schema": "x", "title": "A", "seed": 7, "steps": [{"say": "x"}]})");
  REQUIRE(scenario);
  CHECK(scenario.value().file == "a.json");
  CHECK(scenario.value().title == "A");
  CHECK(scenario.value().seed == 7u);
  CHECK_FALSE(scenario.value().has_choice);
  CHECK(refusal_of("[]").find("a.json:1: a scenario is an object") == 0);
  CHECK(refusal_of("{\n\"steps\": []}").find("needs a member \"title\"") != std::string::npos);
  CHECK(refusal_of("{\"title\": \"t\"}").find("needs a member \"steps\"") != std::string::npos);
  CHECK(
      refusal_of("{\"title\": \"t\",\n \"step\": []}").find("a.json:2: a scenario has no member \"step\"") ==
      0);
  CHECK(refusal_of("{\"title\": \"t\",\n\"steps\":\n[]}").find("a.json:3: \"steps\" is empty") == 0);
  CHECK(refusal_of("{\"title\": \"t\", \"steps\": {}}").find("is a list, not an object") !=
        std::string::npos);
  CHECK(refusal_of("{\"title\": \"t\",\n//\n\"steps\": 1}").find("a.json:2: ") == 0);
  CHECK(refusal_of("").find("a.json:1: ") == 0);
}

TEST_CASE("a seed is one that every reader of JSON keeps", "[scenario]") {
  const auto with_seed = [](const std::string& seed) {
    return bool(parse("{\"title\": \"t\", \"steps\": [{\"say\": \"x\"}], \"seed\": " + seed + "}"));
  };
  CHECK(with_seed("0"));
  CHECK(with_seed("9007199254740991"));
  CHECK_FALSE(with_seed("9007199254740992"));
  CHECK_FALSE(with_seed("-1"));
  CHECK_FALSE(with_seed("\"1\""));
}

TEST_CASE("each step is read as what it says", "[scenario]") {
  const ScenarioSteps steps = steps_of(R"({"say": "hello"},
    {"wait": 0.25},
    {"wait-for-event": "STOP", "count": 2, "timeout": 3},
    {"wait-for-event": "STOP"},
    {"wait-for-clients": 2},
    {"wait-for-command": "cont", "timeout": 1},
    {"trigger": "lamp", "action": "dim", "arguments": {"level": "0x3"}, "remark": "darker"},
    {"command": "balloon", "arguments": {"value": 4096}},
    {"repeat": 3, "steps": [{"say": "x"}]},
    {"repeat": "forever", "steps": [{"say": "x"}]},
    {"choose": [{"steps": [{"say": "x"}]}, {"weight": 4, "steps": [{"say": "y"}]}]},
    {"storm": "lamp", "per-second": 100, "count": 20, "remark": "flicker"},
    {"end": true})");
  REQUIRE(steps.size() == 13);
  CHECK(steps[0].line == 2);
  CHECK(steps[1].line == 3);
  CHECK(std::get<SayStep>(steps[0].what).text == "hello");
  CHECK(std::get<WaitStep>(steps[1].what).time == StepTime(250));
  const auto& stop = std::get<AwaitStep>(steps[2].what);
  CHECK(stop.what == AwaitStep::What::event);
  CHECK(stop.name == "STOP");
  CHECK(stop.count == 2);
  CHECK(stop.timeout == StepTime(3'000));
  CHECK(std::get<AwaitStep>(steps[3].what).timeout == kStandardEventTimeout);
  const auto& clients = std::get<AwaitStep>(steps[4].what);
  CHECK(clients.what == AwaitStep::What::clients);
  CHECK(clients.count == 2);
  CHECK_FALSE(clients.timeout);
  const auto& command = std::get<AwaitStep>(steps[5].what);
  CHECK(command.what == AwaitStep::What::command);
  CHECK(command.name == "cont");
  CHECK(command.timeout == StepTime(1'000));
  const auto& trigger = std::get<TriggerStep>(steps[6].what);
  CHECK(trigger.trigger.action == &kTable[0].actions[1]);
  CHECK(trigger.trigger.values.number("level") == 3);
  CHECK(trigger.remark == "darker");
  CHECK(std::get<CommandStep>(steps[7].what).name == "balloon");
  CHECK(std::get<CommandStep>(steps[7].what).arguments == "{\"value\": 4096}");
  CHECK(std::get<RepeatStep>(steps[8].what).count == 3u);
  CHECK(std::get<RepeatStep>(steps[8].what).steps.size() == 1);
  CHECK_FALSE(std::get<RepeatStep>(steps[9].what).count);
  const auto& choices = std::get<ChooseStep>(steps[10].what).choices;
  REQUIRE(choices.size() == 2);
  CHECK(choices[0].weight == 1);
  CHECK(choices[1].weight == 4);
  const auto& storm = std::get<StormStep>(steps[11].what);
  REQUIRE(storm.triggers.size() == 1);
  CHECK(storm.triggers[0].action == &kTable[0].actions[0]);
  CHECK(storm.per_second == 100);
  CHECK(storm.count == 20);
  CHECK(storm.remark == "flicker");
  CHECK(std::holds_alternative<EndStep>(steps[12].what));
}

TEST_CASE("a storm may take several sets of arguments in turn", "[scenario]") {
  const auto with = [](const std::string& arguments) {
    return R"({"storm": "lamp", "action": "dim", "per-second": 1, "count": 1, "arguments": )" + arguments +
           "}";
  };
  const ScenarioSteps steps = steps_of(with(R"([{"level": 1}, {}, {"level": 7}])"));
  const auto& storm = std::get<StormStep>(steps[0].what);
  REQUIRE(storm.triggers.size() == 3);
  CHECK(storm.triggers[0].values.number("level") == 1);
  CHECK(storm.triggers[1].values.number("level") == 5);
  CHECK(storm.triggers[2].values.number("level") == 7);
  check_refused(with("[]"), "1 to 100 objects");
  check_refused(with("[1]"), "\"arguments\" is an object");
  check_refused(with(R"([{"level": 1}, {"level": 11}])"), "at most 10");
  const auto many = [&](std::size_t count) {
    std::string list = "[{}";
    for (std::size_t i = 1; i < count; ++i) list += ",{}";
    return takes(with(list + "]"));
  };
  CHECK(many(kMaxStormArguments));
  CHECK_FALSE(many(kMaxStormArguments + 1));
}

TEST_CASE("a scenario that draws lots is known as one", "[scenario]") {
  const auto scenario =
      parse(with_steps(R"({"repeat": 2, "steps": [{"choose": [{"steps": [{"say": "x"}]}]}]})"));
  REQUIRE(scenario);
  CHECK(scenario.value().has_choice);
}

TEST_CASE("wrong steps are refused with their line and what to write", "[scenario]") {
  check_refused("1", "a step is an object");
  check_refused("{}", "the steps are say, wait, ");
  check_refused(R"({"sey": "x"})", "there is no step \"sey\"");
  check_refused(R"({"say": "x", "wait": 1})", "has no member \"wait\"");
  check_refused(R"({"say": 1})", "a text in double quotes");
  check_refused(R"({"wait": "1"})", "number of seconds");
  check_refused(R"({"wait-for-event": "STOPP"})", "no event \"STOPP\"");
  check_refused(R"({"wait-for-event": "STOP", "count": 0})", "from 1 to");
  check_refused(R"({"wait-for-event": "STOP", "timeout": -1})", "seconds");
  check_refused(R"({"wait-for-clients": 0})", "from 1 to");
  check_refused(R"({"wait-for-command": "System Reset"})", "no name of a command");
  check_refused(R"({"trigger": "lamb"})", "there is no device 'lamb': there are lamp");
  check_refused(R"({"trigger": "lamp", "action": "off"})", "lamp has no action 'off': it has on and dim");
  check_refused(R"({"trigger": "lamp", "arguments": {"level": 1}})", "takes no 'level'");
  check_refused(R"({"trigger": "lamp", "action": "dim", "arguments": {"level": 11}})", "at most 10");
  check_refused(R"({"trigger": "lamp", "action": "dim", "arguments": {"level": true}})",
                "a number or a text");
  check_refused(R"({"trigger": "lamp", "action": 1})", "\"action\" is a text");
  check_refused(R"({"trigger": "lamp", "remark": 1})", "\"remark\" is a text");
  check_refused(R"({"command": "x\"y"})", "no name of a command");
  check_refused(R"({"command": "cont", "arguments": []})", "\"arguments\" is an object");
  check_refused(R"({"repeat": 0, "steps": [{"say": "x"}]})", "from 1 to 1000000");
  check_refused(R"({"repeat": "always", "steps": [{"say": "x"}]})", "a number or \"forever\"");
  check_refused(R"({"repeat": 2})", "needs a member \"steps\"");
  check_refused(R"({"repeat": 2, "steps": []})", "\"steps\" is empty");
  check_refused(R"({"choose": []})", "list of 1 to 100 choices");
  check_refused(R"({"choose": [1]})", "a choice is an object");
  check_refused(R"({"choose": [{"weight": 1}]})", "a choice needs a member \"steps\"");
  check_refused(R"({"choose": [{"steps": [{"say": "x"}], "weight": 0}]})", "from 1 to 1000");
  check_refused(R"({"storm": "lamp", "count": 1})", "needs a member \"per-second\"");
  check_refused(R"({"storm": "lamp", "per-second": 1})", "needs a member \"count\"");
  check_refused(R"({"storm": "lamp", "per-second": 1, "count": 86401})", "longer than a day");
  check_refused(R"({"end": false})", "\"end\" is true, not false");
  check_refused(R"({"end": 1})", "\"end\" is true, not a number");
}

TEST_CASE("a refusal cannot write to a terminal what it likes", "[scenario]") {
  check_refused(R"({"wait-for-event": "\u001b[2J"})", "no event \"?[2J\"");
  check_refused(R"({"trigger": "\u001b[2J"})", "no device '?[2J'");
}

TEST_CASE("limits hold at their value and refuse above it", "[scenario]") {
  const auto repeat = [](std::uint64_t count) {
    return takes("{\"repeat\": " + std::to_string(count) + ", \"steps\": [{\"say\": \"x\"}]}");
  };
  CHECK(repeat(kMaxRepeats));
  CHECK_FALSE(repeat(kMaxRepeats + 1));
  const auto await = [](std::uint64_t count) {
    return takes("{\"wait-for-event\": \"STOP\", \"count\": " + std::to_string(count) + "}");
  };
  CHECK(await(kMaxAwaited));
  CHECK_FALSE(await(kMaxAwaited + 1));
  const auto storm = [](std::uint64_t rate, std::uint64_t count) {
    return takes("{\"storm\": \"lamp\", \"per-second\": " + std::to_string(rate) +
                 ", \"count\": " + std::to_string(count) + "}");
  };
  CHECK(storm(kMaxStormRate, kMaxStormCount));
  CHECK_FALSE(storm(kMaxStormRate + 1, 1));
  CHECK_FALSE(storm(kMaxStormRate, kMaxStormCount + 1));
  CHECK(storm(1, 86'400));
  const auto choose = [](std::size_t count, std::uint64_t weight) {
    std::string choices;
    for (std::size_t i = 0; i < count; ++i)
      choices += std::string(i ? "," : "") +
                 "{\"steps\": [{\"say\": \"x\"}], \"weight\": " + std::to_string(weight) + "}";
    return takes("{\"choose\": [" + choices + "]}");
  };
  CHECK(choose(kMaxChoices, kMaxWeight));
  CHECK_FALSE(choose(kMaxChoices + 1, 1));
  CHECK_FALSE(choose(1, kMaxWeight + 1));
}

TEST_CASE("a file has at most so many steps, wherever they stand", "[scenario]") {
  const auto say = [](std::size_t count) {
    std::string steps;
    for (std::size_t i = 0; i < count; ++i) steps += (i ? ",{\"say\":\"x\"}" : "{\"say\":\"x\"}");
    return steps;
  };
  CHECK(takes(say(kMaxScenarioSteps)));
  CHECK_FALSE(takes(say(kMaxScenarioSteps + 1)));
  CHECK(takes("{\"repeat\": 2, \"steps\": [" + say(kMaxScenarioSteps - 1) + "]}"));
  CHECK_FALSE(takes("{\"repeat\": 2, \"steps\": [" + say(kMaxScenarioSteps) + "]}"));
}

TEST_CASE("a file has at most so many bytes", "[scenario]") {
  std::string text = with_steps("{\"say\": \"x\"}");
  text.resize(kMaxScenarioBytes, ' ');
  CHECK(parse(text));
  text += ' ';
  CHECK_THAT(refusal_of(text), Catch::Contains("at most 1048576 bytes"));
}
