// SPDX-License-Identifier: MIT
#include "scenario/json_tree.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

JsonTree read(std::string_view text) {
  auto [tree, mistake] = read_json_tree(text);
  INFO(text << (mistake ? mistake->sentence : ""));
  REQUIRE_FALSE(mistake);
  return tree;
}

TextMistake mistake_in(std::string_view text) {
  const auto [tree, mistake] = read_json_tree(text);
  INFO(text);
  REQUIRE(mistake);
  CHECK_FALSE(mistake->sentence.empty());
  return *mistake;
}

}  // namespace

TEST_CASE("every value of a text knows its kind and its line", "[scenario]") {
  const JsonTree tree =
      read("{\n \"a\": [1,\n  \"x\\n\\u00e9\\\"\", true],\n\"b\": {}, \"c\": null,\r\n\"d\": -1.5e+2}\n");
  CHECK(tree.line == 1);
  REQUIRE(tree.members.size() == 4);
  const JsonTree& list = *tree.find("a");
  CHECK(list.line == 2);
  REQUIRE(list.items.size() == 3);
  CHECK(list.items[0].whole() == 1);
  CHECK(list.items[1].line == 3);
  CHECK(list.items[1].text == "x\n\xc3\xa9\"");
  CHECK(list.items[2].kind == JsonTree::Kind::boolean);
  CHECK(list.items[2].truth);
  CHECK(tree.find("b")->kind == JsonTree::Kind::object);
  CHECK(tree.find("c")->kind == JsonTree::Kind::null);
  CHECK(tree.members[3].line == 5);
  CHECK(tree.find("d")->real() == -150.0);
  CHECK_FALSE(tree.find("d")->whole());
  CHECK(tree.find("e") == nullptr);
}

TEST_CASE("whole numbers keep 64 bits and have neither sign nor fraction", "[scenario]") {
  CHECK(read("18446744073709551615").whole() == UINT64_MAX);
  for (const char* text : {"18446744073709551616", "-1", "1.0", "1e3", "\"1\"", "true"}) {
    INFO(text);
    CHECK_FALSE(read(text).whole());
  }
  CHECK_FALSE(read("1e999").real());
  CHECK_FALSE(read("\"1\"").real());
}

TEST_CASE("what lenient readers take is refused, with its line", "[scenario]") {
  for (const char* text : {
           "",
           "{",
           "[1",
           "[1,]",
           "{\"a\": 1,}",
           "{\"a\" 1}",
           "{a: 1}",
           "{'a': 1}",
           "['a']",
           "// x\n{}",
           "{} // x",
           "/* x */ {}",
           "# x\n{}",
           "var x = {}",
           "{} {}",
           "{};",
           "[01]",
           "[+1]",
           "[.5]",
           "[1.]",
           "[1e]",
           "[0x81]",
           "[-]",
           "[NaN]",
           "[tru]",
           "[\"a]",
           "[\"a\nb\"]",
           "[\"a\\\"]",
           "[\"\\x41\"]",
           "[\"\\u12\"]",
           "[\"\\ud800\"]",
           "[\"\\u0000\"]",
           "[\"\x80\"]",
           "[\"\xc0\x80\"]",
           "[\"\xed\xa0\x80\"]",
           "\xef\xbb\xbf{}",
       })
    mistake_in(text);
  CHECK(mistake_in("{\n\n  \"a\": 1,\n  \"a\": 2}").line == 4);
  CHECK(mistake_in("{\n\n  \"a\": 1,\n  \"a\": 2}").sentence.find("second \"a\"") != std::string::npos);
  CHECK(mistake_in("[1,\n2,\n3 4]").line == 3);
  CHECK(mistake_in("[\n// x\n]").sentence.find("no comments") != std::string::npos);
  for (const char* text : {"[1,\n]", "{\"a\": 1,\n}", "[[1,\n], 2"})
    CHECK(mistake_in(text).sentence.find("remove the comma") != std::string::npos);
  CHECK(mistake_in("{\"a\": }").sentence.find("comma") == std::string::npos);
  CHECK(mistake_in("[,]").sentence.find("expected a value") == 0);
  CHECK(mistake_in("\xEF\xBB\xBF[]").sentence.find("without one") != std::string::npos);
}

TEST_CASE("brackets are nested to a depth that fits the stack", "[scenario]") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  read(nested(kMaxJsonDepth - 1));
  read(nested(kMaxJsonDepth));
  CHECK(mistake_in(nested(kMaxJsonDepth + 1)).sentence.find("levels") != std::string::npos);
  mistake_in(std::string(1'000'000, '['));
}

TEST_CASE("an object has a bounded number of members", "[scenario]") {
  const auto object = [](std::size_t members) {
    std::string text = "{";
    for (std::size_t i = 0; i < members; ++i) text += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
    return text + "}";
  };
  CHECK(read(object(kMaxJsonMembers)).members.size() == kMaxJsonMembers);
  CHECK(mistake_in(object(kMaxJsonMembers + 1)).sentence.find("members") != std::string::npos);
}
