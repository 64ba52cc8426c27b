// SPDX-License-Identifier: MIT
#include "conformance/protocol_cases.hpp"

#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <json-glib/json-glib.h>

namespace qmpev::test {
namespace {

std::string decode_base64(const char* text) {
  gsize length = 0;
  const std::unique_ptr<guchar, decltype(&g_free)> bytes(g_base64_decode(text, &length), g_free);
  return {reinterpret_cast<const char*>(bytes.get()), length};
}

std::string bytes_member(JsonObject* object, const char* name) {
  return json_object_has_member(object, name) ? decode_base64(json_object_get_string_member(object, name))
                                              : "";
}

/// The connections of a scripted case, in the order of their numbers.
std::vector<Conversation> scripted(JsonArray* steps) {
  std::map<gint64, Conversation> by_number;
  for (guint at = 0; at < json_array_get_length(steps); ++at) {
    JsonObject* step = json_array_get_object_element(steps, at);
    const std::string_view direction = json_object_get_string_member(step, "dir");
    if (direction != "in" && direction != "out") continue;
    Conversation& conversation = by_number[json_object_get_int_member(step, "conn")];
    (direction == "in" ? conversation.input : conversation.output) += bytes_member(step, "base64");
  }
  std::vector<Conversation> conversations;
  for (auto& entry : by_number) conversations.push_back(std::move(entry.second));
  return conversations;
}

ProtocolCase decode_case(const std::string& line) {
  const std::unique_ptr<JsonParser, decltype(&g_object_unref)> parser(json_parser_new(), g_object_unref);
  if (!json_parser_load_from_data(parser.get(), line.data(), static_cast<gssize>(line.size()), nullptr)) {
    throw std::runtime_error("a line of protocol.jsonl is not JSON");
  }
  JsonObject* object = json_node_get_object(json_parser_get_root(parser.get()));
  ProtocolCase decoded{
      json_object_get_string_member(object, "id"), json_object_get_string_member(object, "mode"), {}};
  if (decoded.mode == "scripted") {
    decoded.conversations = scripted(json_object_get_array_member(object, "steps"));
  } else {
    decoded.conversations.push_back(
        {bytes_member(object, "input_base64"), bytes_member(object, "output_base64")});
  }
  return decoded;
}

}  // namespace

std::vector<ProtocolCase> load_protocol_cases() {
  std::ifstream file(QMPEV_CONFORMANCE_DATA "/protocol.jsonl");
  if (!file) throw std::runtime_error("cannot read " QMPEV_CONFORMANCE_DATA "/protocol.jsonl");
  std::vector<ProtocolCase> cases;
  for (std::string line; std::getline(file, line);) cases.push_back(decode_case(line));
  return cases;
}

std::vector<std::string> lines_of(const std::string& output) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < output.size();) {
    const std::size_t end = output.find("\r\n", at);
    const std::size_t next = end == std::string::npos ? output.size() : end + 2;
    lines.push_back(output.substr(at, next - at));
    at = next;
  }
  return lines;
}

}  // namespace qmpev::test
