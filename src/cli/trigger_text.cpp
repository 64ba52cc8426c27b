// SPDX-License-Identifier: MIT
#include "cli/trigger_text.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "cli/event_text.hpp"
#include "cli/raw_object.hpp"
#include "wire/writer.hpp"

namespace qmpev {

namespace {

constexpr std::size_t kActionColumns = 34;  // "  " and an action with short arguments

std::string time_text(double seconds) {
  std::array<char, 64> text{};
  if (seconds < 1)
    std::snprintf(text.data(), text.size(), "%.1f ms", seconds * 1'000);
  else
    std::snprintf(text.data(), text.size(), "%.2f s", seconds);
  return text.data();
}

/// "action=pause slot=1": the values as they stand on the wire, without quotes.
std::string members_text(const std::string& data) {
  const auto object = RawObject::parse(data);
  if (!object) return data.empty() ? "" : " " + data;
  std::string text;
  for (const auto& [name, value] : object->members()) {
    const bool quoted = value.front() == '"';
    text += " " + std::string(name) + "=";
    text += quoted ? value.substr(1, value.size() - 2) : value;
  }
  return text;
}

std::string json_text(const std::string& text) {
  std::string out;
  write_json(Value(text), out);
  return out;
}

std::string argument_text(const ListedDevice::Argument& argument) {
  std::string value;
  for (const std::string& word : argument.words) value += (value.empty() ? "" : "|") + word;
  if (value.empty()) value = argument.standard.empty() ? "..." : argument.standard;
  const std::string text = argument.name + "=" + value;
  return argument.standard.empty() ? text : "[" + text + "]";
}

std::string action_text(const ListedDevice::Action& action) {
  std::string line = "  " + action.name;
  for (const auto& argument : action.arguments) line += " " + argument_text(argument);
  line += line.size() < kActionColumns ? std::string(kActionColumns - line.size(), ' ') : "  ";
  line += action.doc;
  if (action.actor != "guest" && !action.actor.empty()) line += " (" + action.actor + ")";
  line += '\n';
  for (const auto& argument : action.arguments)
    if (!argument.doc.empty()) line += "      " + argument.name + ": " + argument.doc + "\n";
  return line;
}

}  // namespace

std::string effect_text(const TriggerEffect& effect) {
  const auto event = read_event(effect.line);
  if (!event) return {};
  return event->name + members_text(event->data) + " after " + time_text(effect.seconds) +
         (effect.held_back ? ", held back by its rate limit" : "");
}

std::string outcome_text(const TriggerReply& reply, const std::vector<TriggerEffect>& effects,
                         const std::vector<std::string>& missing) {
  std::string text = reply.cause;
  std::string gap = "; ";
  for (const TriggerEffect& effect : effects) text += std::exchange(gap, "\n  then ") + effect_text(effect);
  for (const std::string& name : missing)
    text += std::exchange(gap, "\n  then ") + name + " later: its rate limit still holds it back";
  return effects.empty() && missing.empty() ? text + "; no event" : text;
}

std::string outcome_json(const TriggerReply& reply, const std::vector<TriggerEffect>& effects) {
  std::string events;
  for (const TriggerEffect& effect : effects) events += (events.empty() ? "" : ", ") + printable(effect.line);
  std::string delayed;
  for (const std::string& name : reply.delayed) delayed += (delayed.empty() ? "" : ", ") + json_text(name);
  return "{\"cause\": " + json_text(reply.cause) + ", \"events\": [" + events + "], \"delayed\": [" +
         delayed + "]}";
}

std::string list_text(const std::vector<ListedDevice>& devices, const std::string& call) {
  std::string text;
  for (const ListedDevice& device : devices) {
    text += device.name + "   " + device.state + "\n  " + device.doc + ":";
    std::string gap = " ";
    for (const ListedDevice::Action& action : device.actions) text += std::exchange(gap, ", ") + action.name;
    text += "\n  " + call + " " + device.example + "\n\n";
  }
  return text + "A device's arguments: " + call + " DEVICE --list";
}

std::string device_text(const ListedDevice& device, const std::string& call) {
  std::string text = device.name + "   " + device.state + "\n  " + device.doc + "\n\n";
  for (const ListedDevice::Action& action : device.actions) text += action_text(action);
  return text + "\n  " + call + " " + device.example +
         "\n\nThe first action is meant when none is named; what stands in [ ] may be left out.";
}

}  // namespace qmpev
