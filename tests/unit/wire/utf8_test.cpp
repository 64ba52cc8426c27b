// SPDX-License-Identifier: MIT
#include "wire/utf8.hpp"

#include <string>
#include <string_view>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

using namespace std::string_view_literals;

struct Sample {
  std::string_view text;
  char32_t code_point;
};

TEST_CASE("Characters at the edges of each length are decoded and encoded back", "[wire]") {
  const auto sample =
      GENERATE(Sample{"\x01", 1}, Sample{"\x7F", 0x7F}, Sample{"\xC2\x80", 0x80}, Sample{"\xDF\xBF", 0x7FF},
               Sample{"\xE0\xA0\x80", 0x800}, Sample{"\xED\x9F\xBF", 0xD7FF}, Sample{"\xEE\x80\x80", 0xE000},
               Sample{"\xEF\xBF\xBD", 0xFFFD}, Sample{"\xF0\x90\x80\x80", 0x10000},
               Sample{"\xF4\x8F\xBF\xBD", 0x10FFFD});
  const Character character = decode_character(sample.text);
  CHECK(character.valid);
  CHECK(character.code_point == sample.code_point);
  CHECK(character.bytes == sample.text.size());
  char bytes[kMaxCharacterBytes];
  CHECK(std::string_view(bytes, encode_character(sample.code_point, bytes)) == sample.text);
}

TEST_CASE("U+0000 is the byte 0 or C0 80, and is encoded as the byte 0", "[wire]") {
  for (const std::string_view text : {"\0"sv, "\xC0\x80"sv}) {
    const Character character = decode_character(text);
    CHECK(character.valid);
    CHECK(character.code_point == 0);
    CHECK(character.bytes == text.size());
  }
  char bytes[kMaxCharacterBytes];
  CHECK(std::string_view(bytes, encode_character(0, bytes)) == "\0"sv);
}

TEST_CASE("What is no character is one piece: the lead and the continuations it announces", "[wire]") {
  struct Piece {
    std::string_view text;
    std::size_t bytes;
  };
  const auto piece =
      GENERATE(Piece{"\x80", 1}, Piece{"\xBF\xBF", 1},          // continuations alone
               Piece{"\xC1\xBF", 2}, Piece{"\xE0\x9F\xBF", 3},  // overlong
               Piece{"\xF0\x8F\xBF\xBF", 4}, Piece{"\xC0\xAF", 2}, Piece{"\xED\xA0\x80", 3},
               Piece{"\xED\xBF\xBF", 3},                            // surrogates
               Piece{"\xEF\xB7\x90", 3}, Piece{"\xEF\xBF\xBE", 3},  // noncharacters
               Piece{"\xF0\x9F\xBF\xBF", 4}, Piece{"\xF4\x90\x80\x80", 4}, Piece{"\xF8\x88\x80\x80\x80", 5},
               Piece{"\xFD\xBF\xBF\xBF\xBF\xBF", 6}, Piece{"\xFE\x80", 1}, Piece{"\xFF", 1},
               Piece{"\xE4\xB8", 2}, Piece{"\xE4\xB8x", 2}, Piece{"\xF0x", 1});  // cut short
  const Character character = decode_character(piece.text);
  CHECK_FALSE(character.valid);
  CHECK(character.bytes == piece.bytes);
}

TEST_CASE("Noncharacters and surrogates are no characters", "[wire]") {
  CHECK(is_character(0xFFFD));
  CHECK(is_character(0x10FFFD));
  for (const char32_t code_point :
       {0xD800u, 0xDFFFu, 0xFDD0u, 0xFDEFu, 0xFFFEu, 0x1FFFFu, 0x10FFFFu, 0x110000u}) {
    CHECK_FALSE(is_character(code_point));
  }
}

TEST_CASE("A cut never falls into a character", "[wire]") {
  const std::string text = "ab\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80";  // at 0, 1, 2, 4, 7, ends at 11
  const std::size_t cuts[] = {0, 1, 2, 2, 4, 4, 4, 7, 7, 7, 7, 11, 11};
  for (std::size_t limit = 0; limit < std::size(cuts); ++limit)
    CHECK(cut_at_character(text, limit) == cuts[limit]);
}

TEST_CASE("A cut in bytes that form no characters falls at the limit", "[wire]") {
  CHECK(cut_at_character(std::string(300, '\x80'), 255) == 255);
  CHECK(cut_at_character(std::string(300, '\xF0'), 255) == 255);
}

}  // namespace
}  // namespace qmpev
