// SPDX-License-Identifier: MIT
#include "cli/raw_object.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace qmpev;

TEST_CASE("members are found as they stand, with every digit and escape", "[cli]") {
  const auto object = RawObject::parse(
      R"( {"a": 18446744073709551615, "b" : "x\"\u0041}", "c":{"d": [1, "]}", {}]}, "e": true , "f": -1.50e3} )");
  REQUIRE(object.has_value());
  CHECK(object->find("a") == std::string_view("18446744073709551615"));
  CHECK(object->find("b") == std::string_view(R"("x\"\u0041}")"));
  CHECK(object->text("b") == std::string_view(R"(x\"\u0041})"));
  CHECK(object->find("c") == std::string_view(R"({"d": [1, "]}", {}]})"));
  CHECK(object->find("e") == std::string_view("true"));
  CHECK(object->find("f") == std::string_view("-1.50e3"));
  CHECK_FALSE(object->find("d").has_value());
  CHECK_FALSE(object->text("a").has_value());
}

TEST_CASE("an empty object has no members", "[cli]") {
  REQUIRE(RawObject::parse("{ }").has_value());
  CHECK_FALSE(RawObject::parse("{}")->find("").has_value());
}

TEST_CASE("text that is no whole object is refused", "[cli]") {
  const std::string text = GENERATE("", " ", "x", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
                                    "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{\"a\":\"x}", "{\"a\":\"x\\\"}",
                                    "{\"a\":[1}", "{\"a\":1}}", "{\"a\":1} x", "{\"a\":}", "{,}");
  INFO(text);
  CHECK_FALSE(RawObject::parse(text).has_value());
}

TEST_CASE("deep nesting costs no stack", "[cli]") {
  constexpr std::size_t kDepth = 1'000'000;
  const std::string text = "{\"a\": " + std::string(kDepth, '[') + std::string(kDepth, ']') + "}";
  const auto object = RawObject::parse(text);
  REQUIRE(object.has_value());
  CHECK(object->find("a")->size() == 2 * kDepth);
}

TEST_CASE("an array falls into its raw items, whatever is in them", "[cli]") {
  const auto items = raw_items(R"([ {"a": ["]", {}]}, "x,]", 18446744073709551615,[] ])");
  REQUIRE(items);
  CHECK(*items ==
        std::vector<std::string_view>{R"({"a": ["]", {}]})", R"("x,]")", "18446744073709551615", "[]"});
  CHECK(raw_items("[]")->empty());
  for (const char* text : {"", "{}", "[", "[1", "[1,", "[1,]", "[1] 2", "[,]"}) CHECK_FALSE(raw_items(text));
}
