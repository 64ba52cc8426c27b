// SPDX-License-Identifier: MIT
#include "hypervisor/qom_commands.hpp"

#include <string>
#include <utility>

#include "hypervisor/json_answer.hpp"
#include "hypervisor/qom_tree.hpp"

namespace qmpev {

namespace {

Answer refuse(std::string sentence) {
  return Answer::error(ErrorClass::generic_error, std::move(sentence));
}

JsonNode* node_of(const QomProperty& property) {
  JsonNode* node = json_node_alloc();
  if (const auto* text = std::get_if<std::string>(&property.value)) {
    return json_node_init_string(node, text->c_str());
  }
  if (const auto* number = std::get_if<std::int64_t>(&property.value)) {
    return json_node_init_int(node, *number);
  }
  return json_node_init_boolean(node, std::get<bool>(property.value));
}

JsonObject* entry_of(const QomProperty& property) {
  JsonObject* entry = json_object_new();
  set_text(entry, "name", property.name);
  set_text(entry, "type", property.type);
  return entry;
}

std::string text_of(JsonObject* arguments, const char* name) {
  return json_object_get_string_member(arguments, name);
}

Answer nowhere(const std::string& path) {
  return Answer::error(ErrorClass::device_not_found, "Device '" + path + "' not found");
}

/// Finds the property that `arguments` name, and has `use` answer.
Answer at_property(const ReferenceMachine& machine, JsonObject* arguments,
                   Answer (*use)(const QomObject&, const QomProperty&)) {
  const std::string path = text_of(arguments, "path");
  const std::string name = text_of(arguments, "property");
  const QomObject root = qom_tree_of(machine);
  const QomPlace place = find_in_qom_tree(root, path);
  if (place.object == nullptr || place.ambiguous) return nowhere(path);
  for (const QomProperty& property : place.object->all_properties(place.path))
    if (property.name == name) return use(*place.object, property);
  return refuse("Property '" + place.object->type + "." + name + "' not found");
}

Answer list(const ReferenceMachine& machine, JsonObject* arguments) {
  const std::string path = text_of(arguments, "path");
  const QomObject root = qom_tree_of(machine);
  const QomPlace place = find_in_qom_tree(root, path);
  if (place.ambiguous) return refuse("Path '" + path + "' is ambiguous");
  if (place.object == nullptr) return nowhere(path);
  JsonArray* entries = json_array_new();
  for (const QomProperty& property : place.object->all_properties(place.path))
    json_array_add_object_element(entries, entry_of(property));
  return answer_of(entries);
}

Answer get(const QomObject&, const QomProperty& property) {
  return Answer::value(node_of(property));
}

/// Every device is in use.
Answer set(const QomObject& object, const QomProperty& property) {
  if (!property.fixed_when_realized)
    return refuse("Property '" + object.type + "." + property.name + "' is not writable");
  return refuse("Attempt to set property '" + property.name + "' on device '" + object.name + "' (type '" +
                object.type + "') after it was realized");
}

}  // namespace

Result<void> add_qom_commands(Server& server, const ReferenceMachine& machine) {
  Command listing{"qom-list", {}, [&machine](JsonObject* arguments) { return list(machine, arguments); }};
  listing.events_only = true;
  if (auto added = server.add_command(std::move(listing)); !added) return added.error();
  Command getting{
      "qom-get", {}, [&machine](JsonObject* arguments) { return at_property(machine, arguments, get); }};
  getting.events_only = true;
  if (auto added = server.add_command(std::move(getting)); !added) return added.error();
  return server.add_command(
      {"qom-set", {}, [&machine](JsonObject* arguments) { return at_property(machine, arguments, set); }});
}

}  // namespace qmpev
