// SPDX-License-Identifier: MIT
// What the machine's commands share: json-glib trees into answers. Loop thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <json-glib/json-glib.h>

#include <qmpev/server.hpp>

namespace qmpev {

inline void set_text(JsonObject* object, const char* name, std::string_view text) {
  json_object_set_string_member(object, name, std::string(text).c_str());
}

/// A command that only looks, and so is there for everybody.
inline Command query(std::string name, std::function<Answer()> look) {
  Command command{std::move(name), {}, [look = std::move(look)](JsonObject*) { return look(); }};
  command.events_only = true;
  return command;
}

/// Takes the object.
inline Answer answer_of(JsonObject* object) {
  JsonNode* node = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(node, object);
  return Answer::value(node);
}

/// Takes the array.
inline Answer answer_of(JsonArray* array) {
  JsonNode* node = json_node_new(JSON_NODE_ARRAY);
  json_node_take_array(node, array);
  return Answer::value(node);
}

}  // namespace qmpev
