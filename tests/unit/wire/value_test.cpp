// SPDX-License-Identifier: MIT
#include "wire/value.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("A value is what it was made from", "[wire]") {
  CHECK(Value().is_null());
  CHECK(Value(nullptr).is_null());
  CHECK(Value(true).as_bool());
  CHECK(Value("text").as_string() == "text");
  CHECK(Value(std::string("a\0b", 3)).as_string().size() == 3);
  CHECK(Value(1.5).as_double() == 1.5);
  CHECK(Value(-7).as_int64() == -7);
  CHECK(Value(1.5).kind() == Value::Kind::real);
}

TEST_CASE("Integers keep their 64 bits, and only those above the largest int64 are unsigned", "[wire]") {
  constexpr std::uint64_t kLargestSigned = std::numeric_limits<std::int64_t>::max();
  CHECK(Value(kLargestSigned).kind() == Value::Kind::int64);
  CHECK(Value(kLargestSigned).as_uint64() == kLargestSigned);
  CHECK(Value(kLargestSigned + 1).kind() == Value::Kind::uint64);
  CHECK(Value(UINT64_MAX).as_uint64() == UINT64_MAX);
  CHECK(Value(INT64_MIN).as_int64() == INT64_MIN);
  CHECK(Value(std::uint8_t{200}).as_int64() == 200);
  CHECK(Value(UINT64_MAX).as_double() == 18446744073709551616.0);
}

TEST_CASE("An object finds its members and replaces them in place", "[wire]") {
  Value status = Value::object({{"status", "running"}, {"running", true}});
  status.set("status", "paused");
  status.set("count", 3);
  REQUIRE(status.members().size() == 3);
  CHECK(status.members()[0].name == "status");
  CHECK(status.find("status")->as_string() == "paused");
  CHECK(status.find("count")->as_int64() == 3);
  CHECK(status.find("missing") == nullptr);
}

TEST_CASE("An array keeps its items in order", "[wire]") {
  Value list = Value::array({1, "two", nullptr});
  list.append(Value::array());
  REQUIRE(list.items().size() == 4);
  CHECK(list.items()[1].as_string() == "two");
  CHECK(list.items()[3].is_array());
}

TEST_CASE("Values are equal by content, objects whatever their order", "[wire]") {
  CHECK(Value::object({{"a", 1}, {"b", Value::array({1, 2})}}) ==
        Value::object({{"b", Value::array({1, 2})}, {"a", 1}}));
  CHECK_FALSE(Value::object({{"a", 1}}) == Value::object({{"a", 2}}));
  CHECK_FALSE(Value::object({{"a", 1}}) == Value::object({{"b", 1}}));
  CHECK_FALSE(Value::object({{"a", 1}}) == Value::object({{"a", 1}, {"b", 1}}));
  CHECK_FALSE(Value::array({1, 2}) == Value::array({2, 1}));
  CHECK_FALSE(Value(1) == Value(1.0));
  CHECK_FALSE(Value(nullptr) == Value(false));
}

TEST_CASE("A tree as deep as the reader allows is copied, compared and destroyed", "[wire]") {
  Value deep = Value::array();
  for (int level = 1; level < 1024; ++level) {
    Value outer = level % 2 ? Value::object() : Value::array();
    level % 2 ? outer.set("in", std::move(deep)) : outer.append(std::move(deep));
    deep = std::move(outer);
  }
  const Value copy = deep;
  CHECK(copy == deep);
}

}  // namespace
}  // namespace qmpev
