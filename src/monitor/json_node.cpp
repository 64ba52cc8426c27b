// SPDX-License-Identifier: MIT
#include "monitor/json_node.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace qmpev {
namespace {

JsonNode* array_node(const Value::Items& items) {
  JsonArray* array = json_array_sized_new(static_cast<guint>(items.size()));
  for (const Value& item : items) json_array_add_element(array, to_json_node(item));
  JsonNode* node = json_node_new(JSON_NODE_ARRAY);
  json_node_take_array(node, array);
  return node;
}

JsonNode* object_node(const Value::Members& members) {
  JsonObject* object = json_object_new();
  for (const Member& member : members) {
    json_object_set_member(object, member.name.c_str(), to_json_node(member.value));
  }
  JsonNode* node = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(node, object);
  return node;
}

Value from_value_node(JsonNode* node) {
  const GType type = json_node_get_value_type(node);
  if (type == G_TYPE_BOOLEAN) return json_node_get_boolean(node) != FALSE;
  if (type == G_TYPE_INT64) return std::int64_t{json_node_get_int(node)};
  if (type == G_TYPE_DOUBLE) return json_node_get_double(node);
  const char* text = json_node_get_string(node);
  return text ? Value(text) : Value(nullptr);
}

Value from_array(JsonArray* array) {
  Value::Items items;
  const guint count = json_array_get_length(array);
  items.reserve(count);
  for (guint i = 0; i < count; ++i) items.push_back(from_json_node(json_array_get_element(array, i)));
  return Value::array(std::move(items));
}

Value from_object(JsonObject* object) {
  Value value = Value::object();
  JsonObjectIter members;
  json_object_iter_init_ordered(&members, object);
  const char* name;
  JsonNode* node;
  // Straight to the list: names are distinct already, and set() would look for each among all before it.
  while (json_object_iter_next_ordered(&members, &name, &node)) {
    value.members().push_back({name, from_json_node(node)});
  }
  return value;
}

}  // namespace

bool too_wide_for_json_node(const Value& value, std::size_t max_members) {
  if (value.kind() == Value::Kind::array) {
    return std::any_of(value.items().begin(), value.items().end(), [max_members](const Value& item) {
      return too_wide_for_json_node(item, max_members);
    });
  }
  if (value.kind() != Value::Kind::object) return false;
  return value.members().size() > max_members ||
         std::any_of(value.members().begin(), value.members().end(), [max_members](const Member& member) {
           return too_wide_for_json_node(member.value, max_members);
         });
}

JsonNode* to_json_node(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null:
      break;
    case Value::Kind::boolean:
      return json_node_init_boolean(json_node_alloc(), value.as_bool());
    case Value::Kind::int64:
      return json_node_init_int(json_node_alloc(), value.as_int64());
    case Value::Kind::uint64:
    case Value::Kind::real:
      return json_node_init_double(json_node_alloc(), value.as_double());
    case Value::Kind::string:
      return json_node_init_string(json_node_alloc(), value.as_string().c_str());
    case Value::Kind::array:
      return array_node(value.items());
    case Value::Kind::object:
      return object_node(value.members());
  }
  return json_node_new(JSON_NODE_NULL);
}

Value from_json_node(JsonNode* node) {
  if (node == nullptr) return nullptr;
  switch (json_node_get_node_type(node)) {
    case JSON_NODE_OBJECT:
      return from_object(json_node_get_object(node));
    case JSON_NODE_ARRAY:
      return from_array(json_node_get_array(node));
    case JSON_NODE_VALUE:
      return from_value_node(node);
    case JSON_NODE_NULL:
      break;
  }
  return nullptr;
}

}  // namespace qmpev
