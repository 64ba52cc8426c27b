// SPDX-License-Identifier: MIT
#include "hypervisor/trigger.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "base/assert.hpp"

namespace qmpev {

namespace {

Error refusal(std::string sentence) {
  return {ErrorCode::invalid_argument, std::move(sentence)};
}

/// "pvpanic, balloon and disk".
template <class Items, class Name>
std::string listed(const Items& items, Name name) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 == items.size() ? " and " : ", ";
    text += name(items[i]);
  }
  return text;
}

std::string identity(const std::string& text) {
  return text;
}

/// Bits that a unit shifts by, or nothing when `unit` is none.
std::optional<unsigned> shift_of(std::string_view unit) {
  if (unit.empty()) return 0;
  if (unit == "K" || unit == "k") return 10;
  if (unit == "M") return 20;
  if (unit == "G") return 30;
  return std::nullopt;
}

Result<void> set_value(TriggerValues& values, const TriggerArgument& argument, const std::string& text) {
  const std::string named = argument.name + "=" + text;
  switch (argument.kind) {
    case TriggerArgument::Kind::number: {
      const auto number = parse_number(text);
      if (!number) return refusal(named + ": " + number.error().sentence);
      if (number.value() > argument.max)
        return refusal(named + " is too much: at most " + std::to_string(argument.max));
      values.set(argument.name, number.value());
      return {};
    }
    case TriggerArgument::Kind::word:
      if (std::find(argument.words.begin(), argument.words.end(), text) == argument.words.end())
        return refusal(named + " is not known: use " + listed(argument.words, identity));
      break;
    case TriggerArgument::Kind::text:
      break;
  }
  values.set(argument.name, text);
  return {};
}

template <class Entries>
auto find_named(const Entries& entries, const std::string& name) {
  return std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.name == name; });
}

Result<void> set_values(Trigger& trigger, const TriggerRequest& request) {
  const std::string what = trigger.device->name + " " + trigger.action->name;
  const auto& arguments = trigger.action->arguments;
  for (const auto& [name, value] : request.arguments) {
    if (find_named(arguments, name) != arguments.end()) continue;
    if (arguments.empty()) return refusal(what + " takes no '" + name + "': it takes no argument");
    return refusal(what + " takes no '" + name + "': it takes " +
                   listed(arguments, [](const auto& argument) { return argument.name; }));
  }
  for (const TriggerArgument& argument : arguments) {
    const auto given = request.arguments.find(argument.name);
    if (given == request.arguments.end() && argument.standard.empty())
      return refusal(what + " needs " + argument.name + "=: " + argument.doc);
    const std::string& text = given == request.arguments.end() ? argument.standard : given->second;
    if (auto set = set_value(trigger.values, argument, text); !set) return set.error();
  }
  return {};
}

}  // namespace

std::uint64_t TriggerValues::number(std::string_view name) const {
  const auto found = numbers_.find(name);
  QMPEV_ASSERT(found != numbers_.end());
  return found->second;
}

const std::string& TriggerValues::text(std::string_view name) const {
  const auto found = texts_.find(name);
  QMPEV_ASSERT(found != texts_.end());
  return found->second;
}

Result<std::uint64_t> parse_number(std::string_view text) {
  const bool hex = text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X";
  const std::string_view digits = hex ? text.substr(2) : text;
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
  const auto shift = shift_of(digits.substr(static_cast<std::size_t>(end - digits.data())));
  if (error != std::errc{} || !shift || number > std::numeric_limits<std::uint64_t>::max() >> *shift)
    return refusal("not a number (use 12, 0x81 or 128M)");
  return number << *shift;
}

Result<Trigger> find_trigger(const std::vector<TriggerDevice>& table, const TriggerRequest& request) {
  const auto name_of = [](const auto& entry) { return entry.name; };
  const auto device = find_named(table, request.device);
  if (device == table.end())
    return refusal("there is no device '" + request.device + "': there are " + listed(table, name_of));
  QMPEV_ASSERT(!device->actions.empty());
  const auto action =
      request.action.empty() ? device->actions.begin() : find_named(device->actions, request.action);
  if (action == device->actions.end())
    return refusal(device->name + " has no action '" + request.action + "': it has " +
                   listed(device->actions, name_of));
  Trigger trigger{&*device, &*action, {}};
  if (auto set = set_values(trigger, request); !set) return set.error();
  return trigger;
}

}  // namespace qmpev
