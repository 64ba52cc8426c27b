// SPDX-License-Identifier: MIT
#include "support/captures.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <memory>
#include <regex>

#include <json-glib/json-glib.h>

namespace qmpev::test {

namespace {

std::string member(JsonObject* object, const char* name) {
  return json_object_get_string_member_with_default(object, name, "");
}

std::string decoded(const std::string& base64) {
  gsize size = 0;
  const std::unique_ptr<guchar, decltype(&g_free)> bytes(g_base64_decode(base64.c_str(), &size), g_free);
  return {reinterpret_cast<const char*>(bytes.get()), size};
}

Capture parse(const std::string& text) {
  const std::unique_ptr<JsonNode, decltype(&json_node_unref)> node(json_from_string(text.c_str(), nullptr),
                                                                   json_node_unref);
  REQUIRE(node != nullptr);
  JsonObject* object = json_node_get_object(node.get());
  return {member(object, "name"), member(object, "group"), member(object, "scenario"),
          member(object, "trigger"), decoded(member(object, "raw_base64"))};
}

}  // namespace

const std::vector<Capture>& captures() {
  static const std::vector<Capture> all = [] {
    std::ifstream file(QMPEV_CAPTURES);
    std::vector<Capture> read;
    for (std::string text; std::getline(file, text);) read.push_back(parse(text));
    return read;
  }();
  REQUIRE_FALSE(all.empty());
  return all;
}

std::vector<std::string> captured_lines(std::string_view scenario, std::string_view event) {
  std::vector<std::string> lines;
  for (const Capture& capture : captures())
    if (capture.scenario == scenario && (event.empty() || capture.name == event))
      lines.push_back(without_time(capture.line));
  INFO("scenario: " << scenario);
  REQUIRE_FALSE(lines.empty());
  return lines;
}

std::string without_time(std::string_view line) {
  static const std::regex stamp(R"(^\{"timestamp": \{"seconds": [0-9]+, "microseconds": [0-9]+\})");
  return std::regex_replace(std::string(line), stamp, R"({"timestamp": {"seconds": 0, "microseconds": 0})",
                            std::regex_constants::format_first_only);
}

std::vector<std::string> without_times(const std::vector<std::string>& lines) {
  std::vector<std::string> masked;
  for (const std::string& line : lines) masked.push_back(without_time(line));
  return masked;
}

}  // namespace qmpev::test
