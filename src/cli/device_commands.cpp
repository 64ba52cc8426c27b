// SPDX-License-Identifier: MIT
#include "cli/device_commands.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/event_tables.hpp"

namespace qmpev {

namespace {

void set_text(JsonObject* object, const char* name, std::string_view text) {
  json_object_set_string_member(object, name, std::string(text).c_str());
}

/// Takes the object.
Answer answer_of(JsonObject* object) {
  JsonNode* node = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(node, object);
  return Answer::value(node);
}

/// Takes the array.
Answer answer_of(JsonArray* array) {
  JsonNode* node = json_node_new(JSON_NODE_ARRAY);
  json_node_take_array(node, array);
  return Answer::value(node);
}

Answer set_balloon(VirtioBalloon& balloon, JsonObject* arguments, const std::function<void()>& on_target) {
  const gint64 target = json_object_get_int_member(arguments, "value");
  if (target <= 0) return Answer::error(ErrorClass::generic_error, "Parameter 'value' expects a size");
  balloon.set_target(static_cast<std::uint64_t>(target));
  on_target();
  return Answer::empty();
}

Answer query_balloon(const VirtioBalloon& balloon) {
  JsonObject* level = json_object_new();
  json_object_set_int_member(level, "actual", balloon.level_bytes());
  return answer_of(level);
}

Answer query_ospm_status(const MemoryHotplug& memory) {
  JsonArray* slots = json_array_new();
  for (const MemoryHotplug::SlotStatus& row : memory.ospm_status()) {
    JsonObject* slot = json_object_new();
    if (!row.device_id.empty()) set_text(slot, "device", row.device_id);
    set_text(slot, "slot", SlotText(row.slot).view());
    set_text(slot, "slot-type", wire_name(row.report.slot_type));
    json_object_set_int_member(slot, "source", row.report.source);
    json_object_set_int_member(slot, "status", row.report.status);
    json_array_add_object_element(slots, slot);
  }
  return answer_of(slots);
}

JsonObject* channel_object(const SpiceServer::Channel& channel) {
  JsonObject* object = json_object_new();
  set_text(object, "host", channel.client.host());
  set_text(object, "port", channel.client.port());
  set_text(object, "family", wire_name(channel.client.family()));
  json_object_set_int_member(object, "connection-id", channel.identity.connection_id);
  json_object_set_int_member(object, "channel-type", channel.identity.channel_type);
  json_object_set_int_member(object, "channel-id", channel.identity.channel_id);
  json_object_set_boolean_member(object, "tls", channel.identity.tls);
  return object;
}

Answer query_spice(const SpiceServer& spice) {
  JsonArray* channels = json_array_new();
  for (const SpiceServer::Channel& channel : spice.channels())
    json_array_add_object_element(channels, channel_object(channel));
  JsonObject* info = json_object_new();
  json_object_set_boolean_member(info, "enabled", TRUE);
  json_object_set_boolean_member(info, "migrated", FALSE);
  json_object_set_string_member(info, "host", ReferenceMachine::kSpiceHost);
  json_object_set_int_member(info, "port", ReferenceMachine::kSpicePort);
  if (spice.config().auth) set_text(info, "auth", *spice.config().auth);
  json_object_set_string_member(info, "mouse-mode", "server");
  json_object_set_array_member(info, "channels", channels);
  return answer_of(info);
}

}  // namespace

Result<void> add_device_commands(Server& server, ReferenceMachine& machine,
                                 std::function<void()> on_balloon_target) {
  std::vector<Command> commands;
  commands.push_back({"balloon",
                      {{"value", Argument::Type::integer, false}},
                      [&machine, on_target = std::move(on_balloon_target)](JsonObject* arguments) {
                        return set_balloon(machine.balloon, arguments, on_target);
                      }});
  commands.push_back(
      {"query-balloon", {}, [&machine](JsonObject*) { return query_balloon(machine.balloon); }});
  commands.push_back(
      {"query-acpi-ospm-status", {}, [&machine](JsonObject*) { return query_ospm_status(machine.memory); }});
  commands.push_back({"query-spice", {}, [&machine](JsonObject*) { return query_spice(machine.spice); }});
  for (Command& command : commands)
    if (auto added = server.add_command(std::move(command)); !added) return added.error();
  return {};
}

}  // namespace qmpev
