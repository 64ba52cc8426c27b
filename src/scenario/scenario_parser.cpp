// SPDX-License-Identifier: MIT
#include "scenario/scenario_parser.hpp"

#include <algorithm>
#include <utility>

#include "event/event_tables.hpp"
#include "scenario/json_tree.hpp"
#include "scenario/member_reader.hpp"
#include "scenario/scenario_members.hpp"
#include "scenario/tree_text.hpp"

namespace qmpev {

namespace {

constexpr std::string_view kForever = "forever";

bool is_command_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), fits);
}

bool is_event(std::string_view name) {
  const auto& names = Describe<EventKind>::names;
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The object of a step, by its first member; null when it is none.
const ScenarioObject* object_of(const JsonTree& tree) {
  for (const ScenarioObject& object : kStepObjects)
    if (tree.find(object.members[0]) != nullptr) return &object;
  return nullptr;
}

/// "say, wait, ... and end".
std::string step_words() {
  std::string words;
  for (const ScenarioObject& object : kStepObjects) {
    if (!words.empty()) words += &object == &kStepObjects.back() ? " and " : ", ";
    words += object.members[0];
  }
  return words;
}

/// Every function returns false, or what stands for nothing, once a mistake is noted.
class ScenarioReader {
 public:
  explicit ScenarioReader(const std::vector<TriggerDevice>& table) : table_(table) {}

  bool read(const JsonTree& tree) {
    if (tree.kind != JsonTree::Kind::object)
      return reader_.fail(tree.line, "a scenario is an object: {\"title\": ..., \"steps\": [...]}");
    if (!reader_.members(tree, kFileObject, "a scenario")) return false;
    if (!reader_.text(tree, "title", scenario_.title)) return false;
    if (const JsonTree* seed = tree.find("seed")) {
      scenario_.seed = 0;
      if (!reader_.number(*seed, "seed", 0, kMaxSeed, *scenario_.seed)) return false;
    }
    return read_steps(*tree.find("steps"), scenario_.steps);
  }

  Scenario take() { return std::move(scenario_); }
  const std::optional<TextMistake>& mistake() const { return reader_.mistake(); }

 private:
  bool read_steps(const JsonTree& tree, ScenarioSteps& steps) {
    if (tree.kind != JsonTree::Kind::array)
      return reader_.fail(tree.line, "\"steps\" is a list, not " + std::string(tree.kind_text()));
    if (tree.items.empty()) return reader_.fail(tree.line, "\"steps\" is empty: write at least one step");
    for (const JsonTree& item : tree.items) {
      if (++step_count_ > kMaxScenarioSteps)
        return reader_.fail(item.line, "more than " + std::to_string(kMaxScenarioSteps) +
                                           " steps: let \"repeat\" do what comes again");
      if (!read_step(item, steps)) return false;
    }
    return true;
  }

  bool read_step(const JsonTree& tree, ScenarioSteps& steps) {
    if (tree.kind != JsonTree::Kind::object)
      return reader_.fail(tree.line, "a step is an object, not " + std::string(tree.kind_text()));
    const ScenarioObject* object = object_of(tree);
    if (object == nullptr) return reader_.fail(tree.line, unknown_step(tree));
    const std::string_view word = object->members[0];
    if (!reader_.members(tree, *object, "the step \"" + std::string(word) + "\"")) return false;
    ScenarioStep step{tree.line, {}};
    if (!read_step_of(word, tree, step)) return false;
    steps.push_back(std::move(step));
    return true;
  }

  static std::string unknown_step(const JsonTree& tree) {
    const std::string there_are = "the steps are " + step_words();
    if (tree.members.empty()) return "this step says nothing: " + there_are;
    return "there is no step \"" + shown_text(tree.members[0].name) + "\": " + there_are;
  }

  bool read_step_of(std::string_view word, const JsonTree& tree, ScenarioStep& step) {
    if (word == "say") return reader_.text(tree, "say", step.what.emplace<SayStep>().text);
    if (word == "wait") return reader_.seconds(tree, "wait", step.what.emplace<WaitStep>().time);
    if (word == "wait-for-event") return read_await(tree, AwaitStep::What::event, word, step);
    if (word == "wait-for-clients") return read_await(tree, AwaitStep::What::clients, word, step);
    if (word == "wait-for-command") return read_await(tree, AwaitStep::What::command, word, step);
    if (word == "trigger") return read_trigger(tree, step);
    if (word == "command") return read_command(tree, step);
    if (word == "repeat") return read_repeat(tree, step.what.emplace<RepeatStep>());
    if (word == "choose") return read_choose(*tree.find("choose"), step.what.emplace<ChooseStep>());
    if (word == "storm") return read_storm(tree, step);
    step.what = EndStep{};
    const JsonTree& end = *tree.find("end");
    return end.truth || reader_.fail(end.line, "\"end\" is true, not " + std::string(end.kind_text()));
  }

  bool read_await(const JsonTree& tree, AwaitStep::What what, std::string_view word, ScenarioStep& step) {
    AwaitStep await{what, {}, 1, {}};
    if (what == AwaitStep::What::clients) {
      if (!reader_.number(*tree.find(word), word, 1, kMaxAwaited, await.count)) return false;
    } else {
      if (!reader_.text(tree, word, await.name) || !check_awaited_name(*tree.find(word), await)) return false;
      const JsonTree* count = tree.find("count");
      if (count != nullptr && !reader_.number(*count, "count", 1, kMaxAwaited, await.count)) return false;
    }
    if (what == AwaitStep::What::event) await.timeout = kStandardEventTimeout;
    if (tree.find("timeout") != nullptr && !reader_.seconds(tree, "timeout", await.timeout.emplace()))
      return false;
    step.what = std::move(await);
    return true;
  }

  bool check_awaited_name(const JsonTree& tree, const AwaitStep& await) {
    if (await.what == AwaitStep::What::command) return check_command_name(tree);
    if (is_event(await.name)) return true;
    return reader_.fail(tree.line, "there is no event \"" + shown_text(await.name) +
                                       "\": write a name of the table of events, as in STOP");
  }

  bool check_command_name(const JsonTree& tree) {
    if (is_command_name(tree.text)) return true;
    return reader_.fail(tree.line, "\"" + shown_text(tree.text) +
                                       "\" is no name of a command: write one as in \"system_reset\"");
  }

  bool read_remark(const JsonTree& tree, std::string& remark) {
    return tree.find("remark") == nullptr || reader_.text(tree, "remark", remark);
  }

  /// `arguments` may be null: all have their standard values.
  std::optional<Trigger> find(const JsonTree& tree, std::string_view word, const JsonTree* arguments) {
    TriggerRequest request;
    if (!reader_.text(tree, word, request.device)) return std::nullopt;
    if (tree.find("action") != nullptr && !reader_.text(tree, "action", request.action)) return std::nullopt;
    if (arguments != nullptr && !reader_.arguments(*arguments, request.arguments)) return std::nullopt;
    auto found = find_trigger(table_, request);
    if (found) return std::move(found).value();
    reader_.fail(tree.line, shown_text(found.error().sentence));
    return std::nullopt;
  }

  bool read_trigger(const JsonTree& tree, ScenarioStep& step) {
    auto trigger = find(tree, "trigger", tree.find("arguments"));
    if (!trigger) return false;
    return read_remark(tree, step.what.emplace<TriggerStep>(TriggerStep{*std::move(trigger), {}}).remark);
  }

  bool read_command(const JsonTree& tree, ScenarioStep& step) {
    CommandStep& command = step.what.emplace<CommandStep>();
    if (!reader_.text(tree, "command", command.name) || !check_command_name(*tree.find("command")))
      return false;
    if (const JsonTree* arguments = tree.find("arguments"); arguments != nullptr) {
      if (arguments->kind != JsonTree::Kind::object)
        return reader_.fail(arguments->line, "\"arguments\" is an object, as in {\"value\": 268435456}");
      command.arguments = text_of(*arguments);
    }
    return read_remark(tree, command.remark);
  }

  bool read_repeat(const JsonTree& tree, RepeatStep& repeat) {
    const JsonTree& count = *tree.find("repeat");
    if (count.kind != JsonTree::Kind::text) {
      repeat.count = 0;
      if (!reader_.number(count, "repeat", 1, kMaxRepeats, *repeat.count)) return false;
    } else if (count.text != kForever) {
      return reader_.fail(count.line, "\"repeat\" is a number or \"forever\"");
    }
    return read_steps(*tree.find("steps"), repeat.steps);
  }

  bool read_choose(const JsonTree& tree, ChooseStep& choose) {
    scenario_.has_choice = true;
    if (tree.kind != JsonTree::Kind::array || tree.items.empty() || tree.items.size() > kMaxChoices)
      return reader_.fail(tree.line, "\"choose\" is a list of 1 to " + std::to_string(kMaxChoices) +
                                         " choices: [{\"steps\": [...], \"weight\": 2}, ...]");
    for (const JsonTree& item : tree.items) {
      if (item.kind != JsonTree::Kind::object)
        return reader_.fail(item.line, "a choice is an object: {\"steps\": [...], \"weight\": 2}");
      ChooseStep::Choice& choice = choose.choices.emplace_back(ChooseStep::Choice{1, {}});
      if (!reader_.members(item, kChoiceObject, "a choice")) return false;
      const JsonTree* weight = item.find("weight");
      if (weight != nullptr && !reader_.number(*weight, "weight", 1, kMaxWeight, choice.weight)) return false;
      if (!read_steps(*item.find("steps"), choice.steps)) return false;
    }
    return true;
  }

  bool add_storm_trigger(const JsonTree& tree, const JsonTree* arguments, StormStep& storm) {
    auto trigger = find(tree, "storm", arguments);
    if (trigger) storm.triggers.push_back(*std::move(trigger));
    return trigger.has_value();
  }

  /// One object of arguments, or several that are taken in turn.
  bool read_storm_triggers(const JsonTree& tree, StormStep& storm) {
    const JsonTree* arguments = tree.find("arguments");
    if (arguments == nullptr || arguments->kind != JsonTree::Kind::array)
      return add_storm_trigger(tree, arguments, storm);
    if (arguments->items.empty() || arguments->items.size() > kMaxStormArguments)
      return reader_.fail(arguments->line, "a list of arguments has 1 to " +
                                               std::to_string(kMaxStormArguments) +
                                               " objects, which are taken in turn");
    for (const JsonTree& item : arguments->items)
      if (!add_storm_trigger(tree, &item, storm)) return false;
    return true;
  }

  bool read_storm(const JsonTree& tree, ScenarioStep& step) {
    StormStep storm{{}, 0, 0, {}};
    if (!read_storm_triggers(tree, storm)) return false;
    if (!reader_.number(*tree.find("per-second"), "per-second", 1, kMaxStormRate, storm.per_second))
      return false;
    if (!reader_.number(*tree.find("count"), "count", 1, kMaxStormCount, storm.count)) return false;
    if (static_cast<double>(storm.count) > kMaxWaitSeconds * static_cast<double>(storm.per_second))
      return reader_.fail(tree.line,
                          "this storm lasts longer than a day: lower \"count\" or raise \"per-second\"");
    if (!read_remark(tree, storm.remark)) return false;
    step.what = std::move(storm);
    return true;
  }

  const std::vector<TriggerDevice>& table_;
  MemberReader reader_;
  Scenario scenario_;
  std::size_t step_count_ = 0;
};

Error refusal(const std::string& file, const TextMistake& mistake) {
  return {ErrorCode::invalid_argument, file + ":" + std::to_string(mistake.line) + ": " + mistake.sentence};
}

}  // namespace

Result<Scenario> parse_scenario(const std::string& file, std::string_view text,
                                const std::vector<TriggerDevice>& table) {
  if (text.size() > kMaxScenarioBytes)
    return refusal(
        file, {1, "a scenario has at most " + std::to_string(kMaxScenarioBytes) + " bytes: is this one?"});
  const auto [tree, mistake] = read_json_tree(text);
  if (mistake) return refusal(file, *mistake);
  ScenarioReader reader(table);
  if (!reader.read(tree)) return refusal(file, *reader.mistake());
  Scenario scenario = reader.take();
  scenario.file = file;
  return scenario;
}

}  // namespace qmpev
