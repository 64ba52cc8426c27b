// SPDX-License-Identifier: MIT
#include "wire/reader.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "wire/writer.hpp"

namespace qmpev {
namespace {

using Items = std::vector<std::string>;

/// Values as JSON, mistakes as "! description".
Items items_of(Reader& reader, std::string_view input) {
  Items items;
  reader.push(input);
  while (const auto item = reader.next()) {
    std::string text;
    if (item->value) {
      write_json(*item->value, text);
    } else {
      text = "! " + item->error;
    }
    items.push_back(text);
  }
  return items;
}

Items items_of(std::string_view input, ReaderLimits limits = {}) {
  Reader reader(limits);
  return items_of(reader, input);
}

TEST_CASE("Messages need nothing between them", "[wire]") {
  CHECK(items_of(R"({"a":1}{"b":2}[3]"four"{"c":5})") ==
        Items{R"({"a": 1})", R"({"b": 2})", "[3]", "\"four\"", R"({"c": 5})"});
  CHECK(items_of(" \r\n\t").empty());
}

TEST_CASE("A bare number or word waits for the byte after it", "[wire]") {
  Reader reader;
  CHECK(items_of(reader, "42").empty());
  CHECK(items_of(reader, " ") == Items{"42"});
  CHECK(items_of(reader, "true").empty());
  CHECK(items_of(reader, "1,") == Items{"true", "1", "! JSON parse error, expecting value"});
}

TEST_CASE("Values come out between mistakes, in the order of the input", "[wire]") {
  CHECK(items_of("@\n{\"a\":1}}[1 2]{\"b\":2}") ==
        Items{"! JSON parse error, stray '@'", R"({"a": 1})", "! JSON parse error, expecting value",
              "! JSON parse error, expected separator in list", R"({"b": 2})"});
}

TEST_CASE("Braces and brackets are counted apart", "[wire]") {
  CHECK(items_of(R"({"a":[}{"execute":"probe"})").empty());
  CHECK(items_of(R"({"a":[}]1 )") == Items{"! JSON parse error, expecting value", "1"});
  CHECK(items_of("[}1 ") == Items{"! JSON parse error, expecting value", "1"});
  CHECK(items_of("{]1 ") == Items{"! JSON parse error, expecting value", "1"});
}

TEST_CASE("FF ends whatever is open, and the next command works", "[wire]") {
  CHECK(items_of("[[{\"a\":\"fo\xFF{\"b\":1}") ==
        Items{"! JSON parse error, stray '\"fo\xFF'", R"({"b": 1})"});
}

TEST_CASE("The text of rubbish ends at a NUL", "[wire]") {
  CHECK(items_of(std::string_view("\"ab\0cd\n1 ", 9)) == Items{"! JSON parse error, stray '\"ab'", "1"});
}

TEST_CASE("Rubbish and limits hide a mistake of the message they end", "[wire]") {
  CHECK(items_of("[1 2 @") == Items{"! JSON parse error, stray '@'"});
  CHECK(items_of("[1 2[[[", {1000, 1000, 3}) == Items{"! JSON nesting depth limit exceeded"});
}

TEST_CASE("Nesting is fine up to its limit", "[wire]") {
  const ReaderLimits limits{1000, 1000, 3};
  CHECK(items_of("[{\"a\":[]}]", limits) == Items{"[{\"a\": []}]"});
  CHECK(items_of("[[[[]]]]", limits) ==
        Items{"! JSON nesting depth limit exceeded", "! JSON parse error, expecting value",
              "! JSON parse error, expecting value", "! JSON parse error, expecting value",
              "! JSON parse error, expecting value"});
}

TEST_CASE("Tokens are fine up to their limit", "[wire]") {
  const ReaderLimits limits{1000, 5, 10};
  CHECK(items_of("[1,2]", limits) == Items{"[1, 2]"});
  CHECK(items_of("[1,[]]", limits) ==
        Items{"! JSON token count limit exceeded"});  // the sixth closes: QEMU forgets all six
}

TEST_CASE("The bytes of all tokens together stay below their limit", "[wire]") {
  const ReaderLimits limits{10, 1000, 10};
  CHECK(items_of("[\"12\" , 3]", limits) == Items{"[\"12\", 3]"});  // 8
  CHECK(items_of("[\"1234\" ,3]", limits) ==
        Items{"! JSON token size limit exceeded"});                 // 10, with the bracket
  CHECK(items_of("\"1234567\" ", limits) == Items{"\"1234567\""});  // 9
  CHECK(items_of("\"12345678\" ", limits) == Items{"! JSON token size limit exceeded"});
}

TEST_CASE("A token that passes the limit is given up at once, and its rest is read as new", "[wire]") {
  CHECK(items_of("\"1234567890[]", {10, 1000, 10}) == Items{"! JSON token size limit exceeded", "[]"});
}

TEST_CASE("By default a string just below 64 MiB is read, in one piece or in small ones", "[wire]") {
  constexpr std::size_t kLimit = 64 * 1024 * 1024;
  const std::string text = "\"" + std::string(kLimit - 3, 'y') + "\"";
  Reader reader;
  reader.push(text);
  auto item = reader.next();
  REQUIRE(item.has_value());
  CHECK(item->value->as_string().size() == kLimit - 3);
  for (std::size_t at = 0; at < text.size(); at += 4096) {
    CHECK_FALSE(reader.next().has_value());
    reader.push(std::string_view(text).substr(at, 4096));
  }
  item = reader.next();
  REQUIRE(item.has_value());
  CHECK(item->value->as_string().size() == kLimit - 3);

  reader.push("\"y");
  reader.push(std::string_view(text).substr(1));
  CHECK(reader.next()->error == "JSON token size limit exceeded");
}

TEST_CASE("Bytes that come one by one cost no more than linear time", "[wire]") {
  constexpr std::size_t kBytes = 2 * 1024 * 1024;
  Reader reader;
  reader.push("\"");
  std::size_t items = 0;
  for (std::size_t at = 0; at < kBytes; ++at) {
    reader.push("y");
    items += reader.next().has_value();
  }
  CHECK(items == 0);
  reader.push("\"");
  CHECK(reader.next()->value->as_string().size() == kBytes);
}

TEST_CASE("Many messages in one push cost no more than linear time", "[wire]") {
  std::string input;
  for (int message = 0; message < 100'000; ++message) input += "{\"id\":1}";
  Reader reader;
  reader.push(input);
  int values = 0;
  while (const auto item = reader.next()) {
    values += item->value.has_value();
    if (values % 1000 == 0) reader.push(" ");  // a slow taker, while more arrives
  }
  CHECK(values == 100'000);
}

TEST_CASE("Memory for an unfinished message is bounded by the limits", "[wire]") {
  const ReaderLimits limits{4096, 256, 32};
  const std::size_t bound = 2 * limits.max_bytes + limits.max_tokens * sizeof(Value);
  for (const std::string piece : {"0,", "\"y\",", "[", "{\"a\":[", "yyyyyyyy", "\"yyyyyyy", "@", "\xFF"}) {
    Reader reader(limits);
    reader.push("[");
    for (int round = 0; round < 5000; ++round) {
      reader.push(piece);
      while (reader.next()) {
      }
      REQUIRE(reader.buffered_bytes() <= bound);
    }
  }
}

TEST_CASE("A taker that is always one message behind does not make the input grow", "[wire]") {
  Reader reader;
  reader.push("[1]");
  for (int round = 0; round < 1000; ++round) {
    reader.push("[1]");
    REQUIRE(reader.next().has_value());
    REQUIRE(reader.buffered_bytes() < 16);
  }
}

TEST_CASE("Between messages nothing is held, inside one something is", "[wire]") {
  Reader reader;
  CHECK(reader.buffered_bytes() == 0);
  CHECK(items_of(reader, "{\"a\":1} \n").size() == 1);
  CHECK(reader.buffered_bytes() == 0);
  CHECK(items_of(reader, "{\"a\":").empty());
  CHECK(reader.buffered_bytes() >= 5);
  reader.push("1} [] []");
  CHECK(reader.next().has_value());
  CHECK(reader.buffered_bytes() > 0);
}

TEST_CASE("A reset forgets what is unread and what is unfinished", "[wire]") {
  Reader reader;
  CHECK(items_of(reader, "{\"execute\":\"unfinished").empty());
  reader.reset();
  CHECK(reader.buffered_bytes() == 0);
  CHECK(items_of(reader, "{\"b\":2}") == Items{R"({"b": 2})"});
  CHECK(items_of(reader, "[[1 2 @@@").size() == 1);
  reader.push("[] [] []");
  reader.reset();
  CHECK(items_of(reader, "3 ") == Items{"3"});
}

}  // namespace
}  // namespace qmpev
