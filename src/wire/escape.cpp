// SPDX-License-Identifier: MIT
// Eight plain bytes are recognised and copied at a time; the first byte that is not plain takes the slow way.
#include "wire/escape.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace qmpev {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighs = 0x8080808080808080;

/// High bit set (at least) in the lowest byte of `word` that equals `byte`; 0 when there is none.
constexpr std::uint64_t equal_bytes(std::uint64_t word, std::uint8_t byte) noexcept {
  const std::uint64_t difference = word ^ (kOnes * byte);
  return (difference - kOnes) & ~difference & kHighs;
}

/// True when all eight bytes are printable ASCII other than the quote and the backslash.
bool all_plain(std::uint64_t word) noexcept {
  const std::uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
  return ((word & kHighs) | control | equal_bytes(word, '"') | equal_bytes(word, '\\') |
          equal_bytes(word, 0x7F)) == 0;
}

bool is_plain(char byte) noexcept {
  return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

std::size_t write_unit(char32_t unit, char* out) noexcept {
  constexpr char kDigits[] = "0123456789ABCDEF";
  out[0] = '\\';
  out[1] = 'u';
  for (int digit = 0; digit < 4; ++digit) out[2 + digit] = kDigits[(unit >> (12 - 4 * digit)) & 0xF];
  return 6;
}

std::size_t write_code_point(char32_t code_point, char* out) noexcept {
  if (code_point < 0x10000) return write_unit(code_point, out);
  const char32_t above = code_point - 0x10000;
  write_unit(0xD800 | (above >> 10), out);
  write_unit(0xDC00 | (above & 0x3FF), out + 6);
  return 12;
}

/// The letter of a two byte escape, 0 for bytes that have none.
char short_form(char byte) noexcept {
  switch (byte) {
    case '"':
    case '\\':
      return byte;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

/// Length of the plain prefix of `text`, which is copied to `out`.
std::size_t copy_plain(std::string_view text, char* out) noexcept {
  std::size_t done = 0;
  while (text.size() - done >= 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + done, 8);
    if (!all_plain(word)) break;
    std::memcpy(out + done, &word, 8);
    done += 8;
  }
  while (done < text.size() && is_plain(text[done])) {
    out[done] = text[done];
    ++done;
  }
  return done;
}

}  // namespace

std::size_t escape(std::string_view text, char* out) noexcept {
  char* const start = out;
  for (;;) {
    const std::size_t plain = copy_plain(text, out);
    out += plain;
    text.remove_prefix(plain);
    if (text.empty()) return static_cast<std::size_t>(out - start);
    if (const char letter = short_form(text[0])) {
      *out++ = '\\';
      *out++ = letter;
      text.remove_prefix(1);
      continue;
    }
    const Character character = decode_character(text);
    out += write_code_point(character.valid ? character.code_point : 0xFFFD, out);
    text.remove_prefix(character.bytes);
  }
}

void append_quoted(std::string_view text, std::string& out) {
  // In pieces, so that a long text does not reserve six times its size.
  constexpr std::size_t kPieceBytes = 512;
  char piece[kPieceBytes * kEscapedBytesPerByte];
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t taken = cut_at_character(text, kPieceBytes);
    out.append(piece, escape(text.substr(0, taken), piece));
    text.remove_prefix(taken);
  }
  out.push_back('"');
}

}  // namespace qmpev
