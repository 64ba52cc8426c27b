// SPDX-License-Identifier: MIT
// An independent judge: json-glib parses what write_json writes and gives the values back, over generated
// trees with hostile text and extreme numbers. Values that json-glib cannot hold are judged as what it makes
// of them; that it does so is shown in json_glib_limits_test.cpp.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <json-glib/json-glib.h>

#include <catch2/catch.hpp>

#include "wire/utf8.hpp"
#include "wire/writer.hpp"

namespace qmpev {
namespace {

class Trees {
 public:
  Value value(int depth) {
    switch (random_() % (depth > 0 ? 8 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return random_() % 2 == 0;
      case 2:
        return integer();
      case 3:
        return real();
      case 4:
      case 5:
        return text();
      case 6:
        return array(depth);
      default:
        return object(depth);
    }
  }

  Value object(int depth) {
    Value object = Value::object();
    for (auto members = random_() % 8; members > 0; --members) object.set("k" + text(), value(depth - 1));
    return object;
  }

 private:
  Value array(int depth) {
    Value array = Value::array();
    for (auto items = random_() % 8; items > 0; --items) array.append(value(depth - 1));
    return array;
  }

  Value integer() {
    static constexpr std::int64_t kEdges[] = {
        0, -1, 1, INT64_MIN, INT64_MAX, INT32_MIN, std::int64_t{1} << 53};
    if (random_() % 2 == 0) return kEdges[random_() % std::size(kEdges)];
    return static_cast<std::int64_t>(random_());
  }

  Value real() {
    static constexpr double kEdges[] = {0.1, -0.5, 1e300, -1e-300, 5e-324, 1.7976931348623157e308};
    return kEdges[random_() % std::size(kEdges)];
  }

  /// Bytes of every sort but NUL, at which json-glib ends a string.
  std::string text() {
    static const char* const kPieces[] = {"plain",
                                          "\"",
                                          "\\",
                                          "/",
                                          "\n",
                                          "\x01",
                                          "\x7F",
                                          "\xC3\xA9",
                                          "\xF0\x9F\x98\x80",
                                          "\xEF\xBF\xBF",
                                          "\xED\xA0\x80",
                                          "\xE4\xB8",
                                          "\x80",
                                          "\xFF",
                                          "\\u0041"};
    std::string text;
    for (auto pieces = random_() % 5; pieces > 0; --pieces) {
      text += kPieces[random_() % std::size(kPieces)];
      text += static_cast<char>(1 + random_() % 255);
    }
    for (std::size_t at; (at = text.find("\xC0\x80")) != std::string::npos;) text.erase(at, 2);  // NUL too
    return text;
  }

  std::mt19937_64 random_{42};
};

/// `text` with U+FFFD for what is no character: what a reader of our ASCII sees.
std::string replaced(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character character = decode_character(text);
    char bytes[kMaxCharacterBytes];
    out.append(bytes, encode_character(character.valid ? character.code_point : 0xFFFD, bytes));
    text.remove_prefix(character.bytes);
  }
  return out;
}

bool same(const Value& value, JsonNode* node);

bool same_object(const Value& value, JsonObject* object) {
  std::set<std::string> names;  // different bytes may read alike after replacement
  for (const Member& member : value.members()) names.insert(replaced(member.name));
  if (names.size() != json_object_get_size(object)) return false;
  if (names.size() != value.members().size()) return true;
  for (const Member& member : value.members()) {
    JsonNode* found = json_object_get_member(object, replaced(member.name).c_str());
    if (found == nullptr || !same(member.value, found)) return false;
  }
  return true;
}

bool same_array(const Value& value, JsonArray* array) {
  if (value.items().size() != json_array_get_length(array)) return false;
  for (std::size_t at = 0; at < value.items().size(); ++at) {
    if (!same(value.items()[at], json_array_get_element(array, static_cast<guint>(at)))) return false;
  }
  return true;
}

bool same(const Value& value, JsonNode* node) {
  switch (value.kind()) {
    case Value::Kind::null:
      return JSON_NODE_HOLDS_NULL(node);
    case Value::Kind::boolean:
      return json_node_get_value_type(node) == G_TYPE_BOOLEAN &&
             (json_node_get_boolean(node) != FALSE) == value.as_bool();
    case Value::Kind::int64:
      return json_node_get_value_type(node) == G_TYPE_INT64 && json_node_get_int(node) == value.as_int64();
    case Value::Kind::uint64:
      return false;
    case Value::Kind::real:
      return std::abs(json_node_get_double(node) - value.as_double()) <= 0;
    case Value::Kind::string:
      return json_node_get_value_type(node) == G_TYPE_STRING &&
             replaced(value.as_string()) == json_node_get_string(node);
    case Value::Kind::array:
      return JSON_NODE_HOLDS_ARRAY(node) && same_array(value, json_node_get_array(node));
    case Value::Kind::object:
      return JSON_NODE_HOLDS_OBJECT(node) && same_object(value, json_node_get_object(node));
  }
  return false;
}

/// What json-glib makes of `value` as written.
bool judged_same(const Value& value) {
  std::string text;
  write_json(value, text);
  INFO(text);
  const bool ascii =
      std::all_of(text.begin(), text.end(), [](char byte) { return byte >= 0x20 && byte < 0x7F; });
  CHECK(ascii);
  const std::unique_ptr<JsonParser, decltype(&g_object_unref)> parser(json_parser_new(), g_object_unref);
  GError* error = nullptr;
  json_parser_load_from_data(parser.get(), text.data(), static_cast<gssize>(text.size()), &error);
  if (error != nullptr) {
    UNSCOPED_INFO("json-glib: " << error->message);
    g_error_free(error);
    return false;
  }
  return same(value, json_parser_get_root(parser.get()));
}

TEST_CASE("json-glib reads back every tree we write", "[wire]") {
  Trees trees;
  for (int round = 0; round < 2000; ++round) REQUIRE(judged_same(trees.object(4)));
}

TEST_CASE("json-glib reads an infinity back as one", "[wire]") {
  std::string text;
  write_json(Value::array({std::numeric_limits<double>::infinity()}), text);
  const std::unique_ptr<JsonParser, decltype(&g_object_unref)> parser(json_parser_new(), g_object_unref);
  REQUIRE(json_parser_load_from_data(parser.get(), text.c_str(), -1, nullptr));
  CHECK(
      std::isinf(json_array_get_double_element(json_node_get_array(json_parser_get_root(parser.get())), 0)));
}

}  // namespace
}  // namespace qmpev
