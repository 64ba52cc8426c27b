// SPDX-License-Identifier: MIT
#include "wire/escape.hpp"

#include <random>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

using namespace std::string_view_literals;

/// Into a buffer of exactly the promised size, so that a sanitizer sees a byte too much.
std::string escaped(std::string_view text) {
  std::string out(text.size() * kEscapedBytesPerByte, '?');
  out.resize(escape(text, out.data()));
  return out;
}

/// The rule, character by character.
std::string escaped_slowly(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character character = decode_character(text);
    const char32_t code_point = character.valid ? character.code_point : 0xFFFD;
    char piece[16];
    const std::string_view short_forms = "\"\"\\\\\bb\ff\nn\rr\tt";
    const std::size_t at =
        code_point < 0x7F ? short_forms.find(static_cast<char>(code_point)) : std::string_view::npos;
    if (code_point != 0 && at != std::string_view::npos && at % 2 == 0) {
      out += {'\\', short_forms[at + 1]};
    } else if (code_point >= 0x20 && code_point < 0x7F) {
      out += static_cast<char>(code_point);
    } else if (code_point < 0x10000) {
      std::snprintf(piece, sizeof(piece), "\\u%04X", static_cast<unsigned>(code_point));
      out += piece;
    } else {
      std::snprintf(piece, sizeof(piece), "\\u%04X\\u%04X",
                    static_cast<unsigned>(0xD7C0 + (code_point >> 10)),
                    static_cast<unsigned>(0xDC00 + (code_point & 0x3FF)));
      out += piece;
    }
    text.remove_prefix(character.bytes);
  }
  return out;
}

TEST_CASE("Plain ASCII is copied, slash and apostrophe included", "[wire]") {
  CHECK(escaped("") == "");
  CHECK(escaped("/home/it's here~ !#$%&()*+,-.0123456789:;<=>?@AZ[]^_`az{|}") ==
        "/home/it's here~ !#$%&()*+,-.0123456789:;<=>?@AZ[]^_`az{|}");
}

TEST_CASE("Quote, backslash and the five controls with a letter have short forms", "[wire]") {
  CHECK(escaped("\"\\\b\f\n\r\t") == R"(\"\\\b\f\n\r\t)");
}

TEST_CASE("Everything else is upper-case hexadecimal", "[wire]") {
  CHECK(escaped("\x01\x1F\x7F"sv) == R"(\u0001\u001F\u007F)");
  CHECK(escaped("\0\xC0\x80"sv) == R"(\u0000\u0000)");
  CHECK(escaped("\xC3\xA9\xE4\xB8\xAD") == R"(\u00E9\u4E2D)");
  CHECK(escaped("\xF0\x90\x80\x80\xF0\x9F\x98\x80\xF4\x8F\xBF\xBD") ==
        R"(\uD800\uDC00\uD83D\uDE00\uDBFF\uDFFD)");
}

TEST_CASE("What is no character becomes one U+FFFD per piece", "[wire]") {
  CHECK(escaped("a\xFF\xFE\x80z") == R"(a\uFFFD\uFFFD\uFFFDz)");
  CHECK(escaped("\xE4\xB8 \xED\xA0\x80 \xEF\xBF\xBF") == R"(\uFFFD \uFFFD \uFFFD)");
}

TEST_CASE("A byte that needs an escape is found wherever it stands among plain ones", "[wire]") {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, 'x');
      text[at] = static_cast<char>(byte);
      INFO("byte " << byte << " at " << at);
      CHECK(escaped(text) == escaped_slowly(text));
    }
  }
}

TEST_CASE("Random bytes are escaped as the rule says", "[wire]") {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 40, ' ');
    for (char& byte : text) byte = static_cast<char>(round % 2 ? random() : 0x20 + random() % 0x60);
    CHECK(escaped(text) == escaped_slowly(text));
  }
}

TEST_CASE("A long text is quoted piece by piece as if it were whole", "[wire]") {
  std::string text;
  while (text.size() < 3000) text += "\xF0\x9F\x98\x80 caf\xC3\xA9 \xF8\x88\x80\x80 ";
  for (std::size_t cut = 0; cut < 8; ++cut) {
    std::string out = "before ";
    append_quoted(text.substr(cut), out);
    CHECK(out == "before \"" + escaped_slowly(text.substr(cut)) + "\"");
  }
}

}  // namespace
}  // namespace qmpev
