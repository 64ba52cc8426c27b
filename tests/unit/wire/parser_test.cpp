// SPDX-License-Identifier: MIT
#include "wire/parser.hpp"

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "wire/writer.hpp"

namespace qmpev {
namespace {

void feed(Parser& parser, std::string_view text) {
  Lexer lexer(1 << 20);
  while (const auto token = lexer.next(text)) parser.take(*token);
}

std::string mistake_in(std::string_view text) {
  Parser parser;
  feed(parser, text);
  return parser.mistake();
}

std::string value_of(std::string_view text) {
  Parser parser;
  feed(parser, text);
  REQUIRE(parser.mistake().empty());
  std::string out;
  write_json(parser.result(), out);
  return out;
}

TEST_CASE("Values are built from their tokens", "[wire]") {
  CHECK(value_of("{}") == "{}");
  CHECK(value_of("[ ]") == "[]");
  CHECK(value_of("'x'") == "\"x\"");
  CHECK(value_of(R"({'a':[1,2.5,true,null,{"b":{}}],"c":""})") ==
        R"({"a": [1, 2.5, true, null, {"b": {}}], "c": ""})");
}

TEST_CASE("A value is missed where none begins", "[wire]") {
  for (const char* text :
       {"}", "]", ":", ",", "{]", "[}", "[{]", R"({"a":})", "[,1]", "[1,]", R"({"a":1,})", "{,"}) {
    INFO(text);
    CHECK(mistake_in(text) == "expecting value");
  }
}

TEST_CASE("Separators are missed by name", "[wire]") {
  CHECK(mistake_in("[1 2]") == "expected separator in list");
  CHECK(mistake_in("[1}") == "expected separator in list");
  CHECK(mistake_in(R"({"a":1 "b")") == "expected separator in dict");
  CHECK(mistake_in(R"({"a":1])") == "expected separator in dict");
  CHECK(mistake_in(R"({"a" 1})") == "missing : in object pair");
  CHECK(mistake_in(R"({"a"})") == "missing : in object pair");
}

TEST_CASE("A key may be any value until it is seen not to be a string", "[wire]") {
  for (const char* text : {"{1 :2}", "{[]:1}", "{{}:1}", "{true:1}", "{{\"a\":[1]}:1}"}) {
    INFO(text);
    CHECK(mistake_in(text) == "key is not a string in object");
  }
  CHECK(mistake_in("{[1 2]:1}") == "expected separator in list");
  CHECK(mistake_in("{execute:1}") == "invalid keyword 'execute'");
}

TEST_CASE("Duplicate keys are found, after unescaping, at any depth", "[wire]") {
  CHECK(mistake_in(R"({"a":1,"b":2,"a":3})") == "duplicate key");
  CHECK(mistake_in(R"([{"x":{"a":1,"\u0061":1}}])") == "duplicate key");
  CHECK(mistake_in(R"({"a":1,"b":{"a":1}})").empty());
}

TEST_CASE("The first mistake counts, a duplicate whose value is whole included", "[wire]") {
  CHECK(mistake_in(R"({"a":1,"a":2 "b")") == "duplicate key");
  CHECK(mistake_in(R"({"a":1,"a":2,"b":[1 2]})") == "duplicate key");
  CHECK(mistake_in(R"({"a":1,"a":[1 2]})") == "expected separator in list");
  CHECK(mistake_in(R"([1 2 "\q"])") == "expected separator in list");
  CHECK(mistake_in(R"(["\q" 2])") == "invalid escape sequence in string");
}

TEST_CASE("A mistake's text is cut at 1023 bytes", "[wire]") {
  const std::string word(2000, 'a');
  CHECK(mistake_in(word + " ") == ("invalid keyword '" + word).substr(0, 1023));
  const std::string fits(1023 - 18, 'a');
  CHECK(mistake_in(fits + " ") == "invalid keyword '" + fits + "'");
}

TEST_CASE("After a reset a parser knows nothing of the message before", "[wire]") {
  Parser parser;
  feed(parser, "[1 2");
  parser.reset();
  CHECK(parser.mistake().empty());
  feed(parser, "[3]");
  CHECK(parser.result() == Value::array({3}));
}

TEST_CASE("A hundred thousand keys are compared in no quadratic time", "[wire]") {
  std::string text = "{";
  for (int key = 0; key < 100'000; ++key) text += "\"k" + std::to_string(key) + "\":1,";
  CHECK(mistake_in(text + "\"last\":1}").empty());
  CHECK(mistake_in(text + "\"k77777\":1}") == "duplicate key");
}

}  // namespace
}  // namespace qmpev
