// SPDX-License-Identifier: MIT
#include "wire/lexer.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

using Kind = Token::Kind;
using namespace std::string_view_literals;

/// Tokens as "text", rubbish as "!text", too long as "#text".
std::vector<std::string> tokens_of(Lexer& lexer, std::string_view bytes) {
  std::vector<std::string> tokens;
  while (const auto token = lexer.next(bytes)) {
    const char* mark = token->kind == Kind::stray ? "!" : token->kind == Kind::too_long ? "#" : "";
    tokens.push_back(mark + std::string(token->text));
  }
  return tokens;
}

std::vector<std::string> tokens_of(std::string_view bytes) {
  Lexer lexer(1000);
  return tokens_of(lexer, bytes);
}

using Tokens = std::vector<std::string>;

Kind kind_of(std::string_view bytes) {
  Lexer lexer(1000);
  const auto token = lexer.next(bytes);
  REQUIRE(token.has_value());
  return token->kind;
}

TEST_CASE("Structure needs no blanks, and blanks are nothing", "[wire]") {
  CHECK(tokens_of("{}[]:, \t\r\n{") == Tokens{"{", "}", "[", "]", ":", ",", "{"});
  CHECK(kind_of("{") == Kind::left_brace);
  CHECK(kind_of("}") == Kind::right_brace);
  CHECK(kind_of("[") == Kind::left_bracket);
  CHECK(kind_of("]") == Kind::right_bracket);
  CHECK(kind_of(":") == Kind::colon);
  CHECK(kind_of(",") == Kind::comma);
}

TEST_CASE("Strings have either quote and keep their escapes", "[wire]") {
  CHECK(tokens_of(R"("a\"b" 'it\'s "x"')") == Tokens{R"("a\"b")", R"('it\'s "x"')"});
  CHECK(kind_of("\"\x7F\xE4\xFD\"") == Kind::string);
}

TEST_CASE("Numbers and words end at the byte after them, which is not theirs", "[wire]") {
  CHECK(tokens_of("-0 10,1.5]2e3}4E-5\n6.0e+7:true1null{") ==
        Tokens{"-0", "10", ",", "1.5", "]", "2e3", "}", "4E-5", "6.0e+7", ":", "true", "1", "null", "{"});
  CHECK(kind_of("12 ") == Kind::integer);
  CHECK(kind_of("-12 ") == Kind::integer);
  CHECK(kind_of("1.0 ") == Kind::real);
  CHECK(kind_of("1e2 ") == Kind::real);
  CHECK(kind_of("word ") == Kind::keyword);
  CHECK(tokens_of("42").empty());
}

TEST_CASE("A bare zero takes no exponent, but a fraction of zero does", "[wire]") {
  CHECK(tokens_of("0e1 ") == Tokens{"0", "e", "1"});
  CHECK(tokens_of("0.0e1 ") == Tokens{"0.0e1"});
}

TEST_CASE("Rubbish is quoted up to the byte that makes it certain", "[wire]") {
  CHECK(tokens_of("-\n[") == Tokens{"!-\n", "["});
  CHECK(tokens_of("01]") == Tokens{"!01", "]"});
  CHECK(tokens_of("1.}") == Tokens{"!1.}"});
  CHECK(tokens_of("1.e2}") == Tokens{"!1.e", "}"});
  CHECK(tokens_of("1e+]") == Tokens{"!1e+]"});
  CHECK(tokens_of("1ex]") == Tokens{"!1ex", "]"});
  CHECK(tokens_of("\"foo\n[") == Tokens{"!\"foo\n", "["});
  CHECK(tokens_of("\"a\\\n[") == Tokens{"!\"a\\\n", "["});
  CHECK(tokens_of("\"fo\xFF[") == Tokens{"!\"fo\xFF", "["});
  CHECK(tokens_of("12\xFE") == Tokens{"12", "!\xFE"});
}

TEST_CASE("After rubbish reading resumes at structure, at a control but TAB, and at FE and FF", "[wire]") {
  CHECK(tokens_of("@\"x y\t1{") == Tokens{"!@", "{"});
  CHECK(tokens_of("@abc\n\"s\"") == Tokens{"!@", "\"s\""});
  CHECK(tokens_of("@a\x01"
                  "b,") == Tokens{"!@", "!\x01", ","});
  CHECK(tokens_of("@\xFF\xFE\xFD:") == Tokens{"!@", "!\xFF", "!\xFE", ":"});
  CHECK(tokens_of("@\x7F\x80]") == Tokens{"!@", "]"});
}

TEST_CASE("A token of the limit passes, one byte more is too long and what follows begins anew", "[wire]") {
  Lexer lexer(4);
  CHECK(tokens_of(lexer, "\"12\" ") == Tokens{"\"12\""});
  CHECK(tokens_of(lexer, "\"123\" ").at(0) ==
        "\"123\"");  // the closing quote ends it: the reader refuses this one
  lexer.reset();
  CHECK(tokens_of(lexer, "\"1234[") == Tokens{"#\"1234", "["});
  CHECK(tokens_of(lexer, "truex ") == Tokens{"#truex"});
  CHECK(tokens_of(lexer, "12345 ") == Tokens{"#12345"});
}

TEST_CASE("A token is the same however its bytes arrive", "[wire]") {
  const std::string_view text = R"( {"k\u0041":-1.5e+3,'s':[true,@@ ]} )"sv;
  Lexer lexer(1000);
  Tokens tokens;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (auto& token : tokens_of(lexer, text.substr(at, 1))) tokens.push_back(token);
  }
  CHECK(tokens == tokens_of(text));
}

TEST_CASE("Only the unfinished token is held, and a reset forgets it", "[wire]") {
  Lexer lexer(1000);
  tokens_of(lexer, "{\"abc");
  CHECK(lexer.held_bytes() == 4);
  lexer.reset();
  CHECK(lexer.held_bytes() == 0);
  CHECK(tokens_of(lexer, "1,") == Tokens{"1", ","});
  CHECK(lexer.held_bytes() == 0);
}

}  // namespace
}  // namespace qmpev
