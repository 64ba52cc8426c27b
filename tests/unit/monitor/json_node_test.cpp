// SPDX-License-Identifier: MIT
// What crosses the border to json-glib and back, and what json-glib cannot hold: each limit has its case
// here, so that the reason for having values of our own stays executable.
#include "monitor/json_node.hpp"

#include <cstdint>
#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "wire/writer.hpp"

namespace qmpev {
namespace {

using Node = std::unique_ptr<JsonNode, void (*)(JsonNode*)>;

Node node_of(const Value& value) {
  return {to_json_node(value), json_node_unref};
}

std::string spelled(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

std::string there_and_back(const Value& value) {
  return spelled(from_json_node(node_of(value).get()));
}

TEST_CASE("values cross the border and come back the same", "[monitor]") {
  const Value values[] = {nullptr,
                          true,
                          false,
                          0,
                          -1,
                          INT64_MAX,
                          INT64_MIN,
                          0.5,
                          "",
                          "text \xC3\xA9 \xF0\x9F\x99\x82",
                          Value::array(),
                          Value::object(),
                          Value::array({1, Value::array({"a", nullptr}), Value::object({{"k", 2}})}),
                          Value::object({{"a", 1}, {"b", Value::object({{"c", Value::array({true})}})}})};
  for (const Value& value : values) CHECK(there_and_back(value) == spelled(value));
}

TEST_CASE("an object is too wide above the limit, however deep it lies", "[monitor]") {
  const std::size_t members = GENERATE(kMaxNodeMembers - 1, kMaxNodeMembers, kMaxNodeMembers + 1);
  Value object = Value::object();
  for (std::size_t i = 0; i < members; ++i) object.members().push_back({std::to_string(i), Value(1)});
  const bool too_wide = members > kMaxNodeMembers;
  CHECK(too_wide_for_json_node(object) == too_wide);
  CHECK(too_wide_for_json_node(Value::array({1, Value::object({{"a", object}})})) == too_wide);
}

TEST_CASE("no node is null", "[monitor]") {
  CHECK(from_json_node(nullptr).is_null());
}

TEST_CASE("numbers keep their type", "[monitor]") {
  CHECK(json_node_get_value_type(node_of(1).get()) == G_TYPE_INT64);
  CHECK(json_node_get_value_type(node_of(1.0).get()) == G_TYPE_DOUBLE);
  CHECK(json_node_get_value_type(node_of(true).get()) == G_TYPE_BOOLEAN);
}

TEST_CASE("deep nesting crosses, as deep as the reader lets it", "[monitor]") {
  Value value = Value::array();
  for (int i = 1; i < 1024; ++i) {
    Value outer = Value::array();
    outer.append(std::move(value));
    value = std::move(outer);
  }
  CHECK(there_and_back(value) == std::string(1024, '[') + std::string(1024, ']'));
}

// --- limits ---

TEST_CASE("limit: json-glib has no unsigned 64 bits, so large integers become doubles", "[monitor]") {
  const std::uint64_t above = std::uint64_t{INT64_MAX} + 1;
  CHECK(there_and_back(above) == "9.2233720368547758e+18");
  CHECK(there_and_back(UINT64_MAX) == "1.8446744073709552e+19");
}

TEST_CASE("limit: json-glib's own parser makes -1 of the largest unsigned integer", "[monitor]") {
  const std::unique_ptr<JsonParser, decltype(&g_object_unref)> parser(json_parser_new(), g_object_unref);
  REQUIRE(json_parser_load_from_data(parser.get(), "18446744073709551615", -1, nullptr));
  CHECK(json_node_get_int(json_parser_get_root(parser.get())) == -1);
}

TEST_CASE("limit: json-glib's texts are C strings, so a text ends at its first zero", "[monitor]") {
  CHECK(there_and_back(std::string("a\0b", 3)) == R"("a")");
  Value value = Value::object();
  value.set(std::string("k\0x", 3), 1);
  CHECK(there_and_back(value) == R"({"k": 1})");
  value.set(std::string("k\0y", 3), 2);
  CHECK(there_and_back(value) == R"({"k": 2})");
}

TEST_CASE("a text of an embedder that is not UTF-8 goes out as valid JSON", "[monitor]") {
  const Node node(json_node_init_string(json_node_alloc(), "a\xFF"), json_node_unref);
  CHECK(spelled(from_json_node(node.get())) == R"("a\uFFFD")");
}

TEST_CASE("a null text of an embedder is null", "[monitor]") {
  const Node node(json_node_init_string(json_node_alloc(), nullptr), json_node_unref);
  CHECK(from_json_node(node.get()).is_null());
}

}  // namespace
}  // namespace qmpev
