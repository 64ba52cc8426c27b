// SPDX-License-Identifier: MIT
#include "wire/arguments.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "wire/member_order.hpp"

namespace qmpev {
namespace {

using Type = Argument::Type;

std::string mistake(const std::vector<Argument>& specification, const Value& arguments) {
  return check_arguments(specification, arguments).value_or("");
}

TEST_CASE("Arguments as specified pass", "[wire]") {
  const std::vector<Argument> specification{
      {"i", Type::integer}, {"s", Type::string}, {"b", Type::boolean},           {"a", Type::array},
      {"o", Type::object},  {"x", Type::any},    {"absent", Type::integer, true}};
  const Value arguments = Value::object({{"x", nullptr},
                                         {"o", Value::object()},
                                         {"a", Value::array()},
                                         {"b", false},
                                         {"s", ""},
                                         {"i", INT64_MIN}});
  CHECK(mistake(specification, arguments) == "");
  CHECK(mistake({}, Value::object()) == "");
}

TEST_CASE("A required argument that is missing is named", "[wire]") {
  CHECK(mistake({{"value", Type::integer}}, Value::object()) == "Parameter 'value' is missing");
}

TEST_CASE("Each type refuses the others in QEMU's words", "[wire]") {
  const auto refused = [](Type type, Value value) {
    return mistake({{"p", type}}, Value::object({{"p", value}}));
  };
  for (const Value& value :
       {Value(1.0), Value("1"), Value(nullptr), Value(true), Value(std::uint64_t{1} << 63)}) {
    CHECK(refused(Type::integer, value) == "Invalid parameter type for 'p', expected: integer");
  }
  CHECK(refused(Type::string, 1) == "Invalid parameter type for 'p', expected: string");
  CHECK(refused(Type::boolean, 1) == "Invalid parameter type for 'p', expected: boolean");
  CHECK(refused(Type::array, Value::object()) == "Invalid parameter type for 'p', expected: array");
  CHECK(refused(Type::object, Value::array()) == "Invalid parameter type for 'p', expected: object");
}

TEST_CASE("An optional argument that is null has the wrong type", "[wire]") {
  CHECK(mistake({{"p", Type::string, true}}, Value::object({{"p", nullptr}})) ==
        "Invalid parameter type for 'p', expected: string");
}

TEST_CASE("A mistake in a known argument wins over an unexpected one", "[wire]") {
  CHECK(mistake({{"value", Type::integer}}, Value::object({{"foo", 2}})) == "Parameter 'value' is missing");
  CHECK(mistake({{"value", Type::integer}}, Value::object({{"foo", 2}, {"value", 1}})) ==
        "Parameter 'foo' is unexpected");
}

TEST_CASE("Known arguments are looked at in the order of the specification", "[wire]") {
  CHECK(mistake({{"b", Type::integer}, {"a", Type::integer}}, Value::object({{"a", ""}, {"b", ""}})) ==
        "Invalid parameter type for 'b', expected: integer");
}

TEST_CASE("Of two unexpected arguments the one QEMU names is named, whatever came first", "[wire]") {
  CHECK(mistake({}, Value::object({{"foo", 1}, {"bar", 2}})) == "Parameter 'bar' is unexpected");
  CHECK(mistake({}, Value::object({{"bar", 1}, {"foo", 2}})) == "Parameter 'bar' is unexpected");
}

TEST_CASE("Of a great many arguments the first in wire order is named, without asking a hash table",
          "[wire]") {
  // All names have the same hash in GLib, so that a table of them takes the square of their number.
  Value arguments = Value::object();
  for (unsigned number = 0; number < 1u << 13; ++number) {
    std::string name;
    for (unsigned bit = 0; bit < 13; ++bit) name += (number >> bit & 1) != 0 ? "bA" : "ab";
    arguments.members().push_back({name, 1});
  }
  const std::vector<const Member*> order = wire_order(arguments.members());
  const Argument known{order[0]->name, Type::integer};
  CHECK(mistake({}, arguments) == "Parameter '" + order[0]->name + "' is unexpected");
  CHECK(mistake({known}, arguments) == "Parameter '" + order[1]->name + "' is unexpected");
}

TEST_CASE("A great many arguments pass when all of them are known", "[wire]") {
  std::vector<Argument> specification;
  Value arguments = Value::object();
  for (int number = 0; number < 300; ++number) {
    specification.push_back({"a" + std::to_string(number), Type::integer});
    arguments.set("a" + std::to_string(number), number);
  }
  CHECK(mistake(specification, arguments) == "");
}

TEST_CASE("A name with U+0000 in it is not mistaken for its beginning", "[wire]") {
  const std::string name("a\0b", 3);
  CHECK(mistake({{"a", Type::integer}}, Value::object({{name, 1}, {"a", 1}})) ==
        "Parameter '" + name + "' is unexpected");
}

}  // namespace
}  // namespace qmpev
