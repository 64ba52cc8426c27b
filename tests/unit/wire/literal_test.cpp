// SPDX-License-Identifier: MIT
#include "wire/literal.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

using namespace std::string_literals;

std::string text_of(std::string_view token) {
  auto read = read_string(token);
  REQUIRE(std::holds_alternative<std::string>(read));
  return std::get<std::string>(read);
}

std::string mistake_of(std::string_view token) {
  auto read = read_string(token);
  REQUIRE(std::holds_alternative<LiteralMistake>(read));
  return std::get<LiteralMistake>(read).sentence;
}

TEST_CASE("Escapes mean what they mean in both kinds of quotes", "[wire]") {
  CHECK(text_of(R"("\"\'\\\/\b\f\n\r\t")") == "\"'\\/\b\f\n\r\t");
  CHECK(text_of(R"('a"b\'c')") == "a\"b'c");
  CHECK(text_of(R"("")") == "");
  CHECK(text_of(R"("\u0041\u00e9\u4E2D\ud83d\uDE00")") == "A\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80");
}

TEST_CASE("U+0000 is a byte of its own, escaped or as C0 80", "[wire]") {
  CHECK(text_of(R"("a\u0000b")") == "a\0b"s);
  CHECK(text_of("\"a\xC0\x80"
                "b\"") == "a\0b"s);
}

TEST_CASE("Other escapes are refused", "[wire]") {
  for (const char* token : {R"("\x41")", R"("\a")", R"("\U0041")", R"("\0")", "\"\\\xC3\xA9\""}) {
    CHECK(mistake_of(token) == "invalid escape sequence in string");
  }
}

TEST_CASE("A bad Unicode escape is quoted, with the closing quote when the digits end early", "[wire]") {
  CHECK(mistake_of(R"("\u12G4")") == R"(\u12G4 is not a valid Unicode character)");
  CHECK(mistake_of(R"("\u 041")") == R"(\u 041 is not a valid Unicode character)");
  CHECK(mistake_of(R"("\u")") == R"(\u" is not a valid Unicode character)");
  CHECK(mistake_of(R"('\u12')") == R"(\u12' is not a valid Unicode character)");
  CHECK(mistake_of(R"("\uFFFE")") == R"(\uFFFE is not a valid Unicode character)");
}

TEST_CASE("Surrogates are refused but in pairs", "[wire]") {
  CHECK(mistake_of(R"("\ud800")") == R"(\ud800 is not a valid Unicode character)");
  CHECK(mistake_of(R"("\ud800\ud800")") == R"(\ud800 is not a valid Unicode character)");
  CHECK(mistake_of(R"("\udc00\ud800")") == R"(\udc00 is not a valid Unicode character)");
  CHECK(mistake_of(R"("\ud800\u0041")") == R"(\ud800 is not a valid Unicode character)");
  CHECK(mistake_of(R"("\ud800\uZZZZ")") == R"(\ud800 is not a valid Unicode character)");
  CHECK(mistake_of(R"("\ud800\u")") == R"(\ud800 is not a valid Unicode character)");
  CHECK(mistake_of(R"("\ud83f\udfff")") == R"(\ud83f\udfff is not a valid Unicode character)");
}

TEST_CASE("Bytes that are no characters are refused", "[wire]") {
  for (const char* token : {"\"\xE4\xB8\"", "\"\xC0\xAF\"", "\"\xF4\x90\x80\x80\"", "\"caf\xE9\"",
                            "\"\xEF\xBF\xBF\"", "\"\xED\xA0\x80\""}) {
    CHECK(mistake_of(token) == "invalid UTF-8 sequence in string");
  }
}

TEST_CASE("Of several mistakes in a string the first one counts", "[wire]") {
  CHECK(mistake_of("\"\xE4\\q\"") == "invalid UTF-8 sequence in string");
  CHECK(mistake_of("\"\\q\xE4\"") == "invalid escape sequence in string");
}

TEST_CASE("Integers take the narrowest type that holds them", "[wire]") {
  CHECK(read_integer("-0") == Value(0));
  CHECK(read_integer("-9223372036854775808") == Value(INT64_MIN));
  CHECK(read_integer("9223372036854775807") == Value(INT64_MAX));
  CHECK(read_integer("9223372036854775808") == Value(std::uint64_t{1} << 63));
  CHECK(read_integer("18446744073709551615") == Value(UINT64_MAX));
  CHECK(read_integer("18446744073709551616") == Value(18446744073709551616.0));
  CHECK(read_integer("-9223372036854775809") == Value(-9223372036854775808.0));
}

TEST_CASE("Reals out of range are infinite or zero", "[wire]") {
  CHECK(read_real("1.5") == Value(1.5));
  CHECK(read_real("25e-4") == Value(0.0025));
  CHECK(std::signbit(read_real("-0.0").as_double()));
  CHECK(std::isinf(read_real("1e400").as_double()));
  CHECK(read_real("1e-400") == Value(0.0));
}

TEST_CASE("There are three keywords", "[wire]") {
  CHECK(std::get<Value>(read_keyword("true")) == Value(true));
  CHECK(std::get<Value>(read_keyword("false")) == Value(false));
  CHECK(std::get<Value>(read_keyword("null")) == Value(nullptr));
  CHECK(std::get<LiteralMistake>(read_keyword("nan")).sentence == "invalid keyword 'nan'");
}

}  // namespace
}  // namespace qmpev
