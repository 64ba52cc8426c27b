// SPDX-License-Identifier: MIT
#include "simulation/losses.hpp"

#include <json-glib/json-glib.h>

#include <algorithm>
#include <memory>

namespace qmpev::simulation {
namespace {

std::uint64_t count(JsonObject* object, const char* name) {
  return static_cast<std::uint64_t>(json_object_get_int_member_with_default(object, name, 0));
}

}  // namespace

bool Losses::add(std::string_view line) {
  const std::unique_ptr<JsonParser, decltype(&g_object_unref)> parser(json_parser_new_immutable(),
                                                                      g_object_unref);
  if (!json_parser_load_from_data(parser.get(), line.data(), static_cast<gssize>(line.size()), nullptr))
    return false;
  JsonObject* const data =
      json_object_get_object_member(json_node_get_object(json_parser_get_root(parser.get())), "data");
  dropped += count(data, "dropped");
  refused += count(data, "refused");
  JsonArray* const events = json_object_get_array_member(data, "events");
  for (guint i = 0; i < json_array_get_length(events); ++i) {
    JsonObject* const event = json_array_get_object_element(events, i);
    const auto name = std::find(kNames.begin(), kNames.end(),
                                json_object_get_string_member_with_default(event, "event", ""));
    if (name == kNames.end()) return false;
    const auto kind = static_cast<std::size_t>(name - kNames.begin());
    dropped_of[kind] += count(event, "dropped");
    refused_of[kind] += count(event, "refused");
  }
  return true;
}

}  // namespace qmpev::simulation
