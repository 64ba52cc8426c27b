// SPDX-License-Identifier: MIT
#include "cli/trigger_reply.hpp"

#include <utility>

#include "cli/event_text.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

namespace qmpev {

namespace {

/// A reply that is worth reading has no more; what is deeper costs stack when it is freed.
constexpr std::size_t kMaxReplyDepth = 16;

Error no_reply(std::string_view line) {
  return {ErrorCode::system, "the server's reply is not understood: " + printable(line.substr(0, 60))};
}

std::string text_member(const Value& object, std::string_view name) {
  const Value* member = object.is_object() ? object.find(name) : nullptr;
  return member != nullptr && member->is_string() ? printable(member->as_string()) : std::string();
}

/// The items of a member that is an array; none when it is not.
const Value::Items& items_member(const Value& object, std::string_view name) {
  static const Value::Items kNone;
  const Value* member = object.is_object() ? object.find(name) : nullptr;
  return member != nullptr && member->is_array() ? member->items() : kNone;
}

std::vector<std::string> texts_member(const Value& object, std::string_view name) {
  std::vector<std::string> texts;
  for (const Value& item : items_member(object, name))
    if (item.is_string()) texts.push_back(printable(item.as_string()));
  return texts;
}

Error refusal_of(const Value& error) {
  if (text_member(error, "class") == "CommandNotFound")
    return {ErrorCode::not_found,
            "this monitor has no triggers: name one of `qmpev serve` that is not for events only "
            "(role=events); real QEMU and other programs with this library have none"};
  const std::string sentence = text_member(error, "desc");
  return {ErrorCode::invalid_argument, sentence.empty() ? "the server refused without a word" : sentence};
}

/// What stands in "return".
Result<Value> returned(std::string_view line) {
  Reader reader({.max_depth = kMaxReplyDepth});
  reader.push(line);
  auto item = reader.next();
  if (!item || !item->value || !item->value->is_object()) return no_reply(line);
  Value& reply = *item->value;
  if (const Value* error = reply.find("error")) return refusal_of(*error);
  Value* value = reply.find("return");
  if (value == nullptr) return no_reply(line);
  return std::move(*value);
}

ListedDevice::Action read_action(const Value& value) {
  ListedDevice::Action action{
      text_member(value, "name"), text_member(value, "doc"), text_member(value, "actor"), {}};
  for (const Value& argument : items_member(value, "arguments"))
    action.arguments.push_back({text_member(argument, "name"), text_member(argument, "doc"),
                                text_member(argument, "standard"), texts_member(argument, "words")});
  return action;
}

ListedDevice read_device(const Value& value) {
  ListedDevice device{text_member(value, "name"),
                      text_member(value, "doc"),
                      text_member(value, "state"),
                      text_member(value, "example"),
                      {}};
  for (const Value& action : items_member(value, "actions")) device.actions.push_back(read_action(action));
  return device;
}

}  // namespace

std::string trigger_arguments(const TriggerOptions& options) {
  if (options.device.empty()) return {};
  Value arguments = Value::object({{"device", options.device}});
  if (!options.action.empty()) arguments.set("action", options.action);
  if (!options.arguments.empty()) {
    Value& values = arguments.set("arguments", Value::object());
    for (const auto& [name, value] : options.arguments) values.set(name, value);
  }
  std::string text;
  write_json(arguments, text);
  return text;
}

Result<TriggerReply> read_trigger_reply(std::string_view line) {
  auto value = returned(line);
  if (!value) return value.error();
  TriggerReply reply{text_member(value.value(), "cause"), texts_member(value.value(), "delayed")};
  if (reply.cause.empty()) return no_reply(line);
  return reply;
}

Result<std::vector<ListedDevice>> read_trigger_list(std::string_view line) {
  auto value = returned(line);
  if (!value) return value.error();
  if (!value.value().is_array()) return no_reply(line);
  std::vector<ListedDevice> devices;
  for (const Value& item : value.value().items()) devices.push_back(read_device(item));
  return devices;
}

}  // namespace qmpev
