// SPDX-License-Identifier: MIT
// UTF-8 as QMP peers understand it: strict (no surrogates, no noncharacters, no overlong forms, nothing above
// U+10FFFF) but for one guest of honour, C0 80, which means U+0000. Pure functions. Any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace qmpev {

/// One character, or one piece of text that is none.
struct Character {
  char32_t code_point;  ///< meaningless unless valid
  std::size_t bytes;    ///< what it takes of the text, never 0
  bool valid;
};

inline constexpr std::size_t kMaxCharacterBytes = 4;

/// True for what may appear in JSON text here: a Unicode scalar value that is no noncharacter.
bool is_character(char32_t code_point) noexcept;

/// Decodes the character at the start of `text`, which is not empty. A sequence that decodes to nothing valid
/// takes its lead byte and as many continuation bytes as the lead announces (6 at most): it is replaced once.
Character decode_character(std::string_view text) noexcept;

/// Writes `code_point`, which satisfies is_character, into `out` (room for kMaxCharacterBytes); returns its
/// length. U+0000 becomes the single byte 0, since our texts know their length.
std::size_t encode_character(char32_t code_point, char* out) noexcept;

/// The largest prefix length of `text` that is at most `limit` and does not end inside a character (or inside
/// a sequence that decode_character would take as one piece).
std::size_t cut_at_character(std::string_view text, std::size_t limit) noexcept;

}  // namespace qmpev
