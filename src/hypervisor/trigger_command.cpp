// SPDX-License-Identifier: MIT
#include "hypervisor/trigger_command.hpp"

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "event/event_tables.hpp"
#include "hypervisor/json_answer.hpp"

namespace qmpev {

namespace {

struct FreeList {
  void operator()(GList* list) const noexcept { g_list_free(list); }
};

Answer refusal(std::string sentence) {
  return Answer::error(ErrorClass::generic_error, std::move(sentence));
}

// --- the list ---

JsonObject* described(const TriggerArgument& argument) {
  JsonArray* words = json_array_new();
  for (const std::string& word : argument.words) json_array_add_string_element(words, word.c_str());
  JsonObject* object = json_object_new();
  set_text(object, "name", argument.name);
  set_text(object, "doc", argument.doc);
  set_text(object, "standard", argument.standard);
  json_object_set_array_member(object, "words", words);
  return object;
}

JsonObject* described(const TriggerAction& action) {
  JsonArray* arguments = json_array_new();
  for (const TriggerArgument& argument : action.arguments)
    json_array_add_object_element(arguments, described(argument));
  JsonObject* object = json_object_new();
  set_text(object, "name", action.name);
  set_text(object, "doc", action.doc);
  set_text(object, "actor", actor_word(action.actor));
  json_object_set_array_member(object, "arguments", arguments);
  return object;
}

JsonObject* described(const TriggerDevice& device) {
  JsonArray* actions = json_array_new();
  for (const TriggerAction& action : device.actions)
    json_array_add_object_element(actions, described(action));
  JsonObject* object = json_object_new();
  set_text(object, "name", device.name);
  set_text(object, "doc", device.doc);
  set_text(object, "state", device.state());
  set_text(object, "example", device.example);
  json_object_set_array_member(object, "actions", actions);
  return object;
}

Answer list(const std::vector<TriggerDevice>& table) {
  JsonArray* devices = json_array_new();
  for (const TriggerDevice& device : table) json_array_add_object_element(devices, described(device));
  return answer_of(devices);
}

// --- the request ---

Result<std::string> text_of_value(const char* name, JsonNode* node) {
  if (JSON_NODE_HOLDS_VALUE(node)) {
    if (json_node_get_value_type(node) == G_TYPE_STRING) return std::string(json_node_get_string(node));
    if (json_node_get_value_type(node) == G_TYPE_INT64) return std::to_string(json_node_get_int(node));
  }
  return Error{
      ErrorCode::invalid_argument,
      std::string(name) + " is neither a text nor an integer below 2^63: write it as a text, as in \"128M\""};
}

std::string text_member(JsonObject* arguments, const char* name) {
  return json_object_get_string_member_with_default(arguments, name, "");
}

Result<TriggerRequest> read_request(JsonObject* arguments) {
  TriggerRequest request{text_member(arguments, "device"), text_member(arguments, "action"), {}};
  if (!json_object_has_member(arguments, "arguments")) return request;
  JsonObject* values = json_object_get_object_member(arguments, "arguments");
  const std::unique_ptr<GList, FreeList> names(json_object_get_members(values));
  for (const GList* each = names.get(); each != nullptr; each = each->next) {
    const char* name = static_cast<const char*>(each->data);
    auto text = text_of_value(name, json_object_get_member(values, name));
    if (!text) return text.error();
    request.arguments.emplace(name, std::move(text).value());
  }
  return request;
}

// --- what it left waiting ---

/// Kinds with an event in a rate window now that was not there before. One that took an older one's place
/// counts as well.
JsonArray* delayed_since(const Statistics& before, const Statistics& now) {
  JsonArray* names = json_array_new();
  for (std::size_t kind = 0; kind < kEventKinds; ++kind) {
    const EventCounters& old = before.events[kind];
    const EventCounters& fresh = now.events[kind];
    const bool more = fresh.pending > old.pending || fresh.merged > old.merged;
    if (fresh.pending > 0 && more)
      json_array_add_string_element(names, std::string(kEventInfo[kind].name).c_str());
  }
  return names;
}

// --- the trigger ---

class TriggerCommand {
 public:
  TriggerCommand(Server& server, const std::vector<TriggerDevice>& table, TriggerRunner& runner)
      : server_(server), table_(table), runner_(runner) {}

  void operator()(JsonObject* arguments, Call call) const {
    if (!json_object_has_member(arguments, "device")) return call.answer(without_device(arguments));
    const auto request = read_request(arguments);
    if (!request) return call.answer(refusal(request.error().sentence));
    auto trigger = find_trigger(table_, request.value());
    if (!trigger) return call.answer(refusal(trigger.error().sentence));
    run(std::move(trigger).value(), std::move(call));
  }

 private:
  Answer without_device(JsonObject* arguments) const {
    if (json_object_get_size(arguments) == 0) return list(table_);
    return refusal("name the device, too; without arguments " + kTriggerCommand + " lists them all");
  }

  void run(Trigger trigger, Call call) const {
    const std::string actor(actor_word(trigger));
    // On the heap: the counters of every event are too many for a function object's copies.
    const auto before = std::make_shared<const Statistics>(server_.statistics());
    runner_.run(std::move(trigger), [&server = server_, actor, before,
                                     call](const Result<std::string>& done) mutable {
      if (!done) return call.answer(refusal(done.error().sentence));
      JsonObject* answer = json_object_new();
      set_text(answer, "cause", actor + " " + done.value());
      json_object_set_array_member(answer, "delayed", delayed_since(*before, server.statistics()));
      call.answer(answer_of(answer));
    });
  }

  Server& server_;
  const std::vector<TriggerDevice>& table_;
  TriggerRunner& runner_;
};

}  // namespace

Result<void> add_trigger_command(Server& server, const std::vector<TriggerDevice>& table,
                                 TriggerRunner& runner) {
  return server.add_command({.name = kTriggerCommand, .later = TriggerCommand(server, table, runner)});
}

}  // namespace qmpev
