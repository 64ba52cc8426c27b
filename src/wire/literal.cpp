// SPDX-License-Identifier: MIT
#include "wire/literal.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include <glib.h>

#include "wire/utf8.hpp"

namespace qmpev {
namespace {

/// The four hexadecimal digits at the start of `text`.
std::optional<char32_t> read_hex4(std::string_view text) {
  std::uint16_t unit = 0;
  if (text.size() < 4) return std::nullopt;
  const auto [end, mistake] = std::from_chars(text.data(), text.data() + 4, unit, 16);
  if (mistake != std::errc{} || end != text.data() + 4) return std::nullopt;
  return unit;
}

char simple_escape(char letter) noexcept {
  switch (letter) {
    case '"':
    case '\'':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

/// Reads one string token from front to back; stops at the first mistake.
class StringReader {
 public:
  explicit StringReader(std::string_view token)
      : rest_(token.substr(1, token.size() - 2)), closing_quote_(token.substr(token.size() - 1)) {}

  std::variant<std::string, LiteralMistake> read() {
    text_.reserve(rest_.size());
    while (!rest_.empty() && mistake_.empty()) {
      take_plain();
      if (rest_.empty()) break;
      rest_[0] == '\\' ? take_escape() : take_character();
    }
    if (!mistake_.empty()) return LiteralMistake{std::move(mistake_)};
    return std::move(text_);
  }

 private:
  void take_plain() {
    const auto end = std::find_if(rest_.begin(), rest_.end(), [](char byte) {
      return byte == '\\' || static_cast<std::uint8_t>(byte) >= 0x80;
    });
    const auto length = static_cast<std::size_t>(end - rest_.begin());
    text_.append(rest_, 0, length);
    rest_.remove_prefix(length);
  }

  void take_character() {
    const Character character = decode_character(rest_);
    if (!character.valid) {
      mistake_ = "invalid UTF-8 sequence in string";
      return;
    }
    add(character.code_point);
    rest_.remove_prefix(character.bytes);
  }

  void take_escape() {
    const char letter = rest_[1];  // the lexer lets no string end in a backslash
    if (letter == 'u') {
      take_unicode_escape();
    } else if (const char meaning = simple_escape(letter)) {
      text_.push_back(meaning);
      rest_.remove_prefix(2);
    } else {
      mistake_ = "invalid escape sequence in string";
    }
  }

  void take_unicode_escape() {
    std::size_t length = 6;
    std::optional<char32_t> code_point = read_hex4(rest_.substr(2));
    if (code_point && (*code_point & 0xFC00) == 0xD800 && rest_.substr(6, 2) == "\\u") {
      const std::optional<char32_t> low = read_hex4(rest_.substr(8));
      if (low && (*low & 0xFC00) == 0xDC00) {
        code_point = 0x10000 + ((*code_point & 0x3FF) << 10) + (*low & 0x3FF);
        length = 12;
      }
    }
    if (!code_point || !is_character(*code_point)) {
      refuse_unicode_escape(length);
      return;
    }
    add(*code_point);
    rest_.remove_prefix(length);
  }

  /// Quotes what was read as the escape: the closing quote of the string too, when the digits end early.
  void refuse_unicode_escape(std::size_t length) {
    std::string quoted(rest_.substr(0, length));
    if (quoted.size() < length) quoted += closing_quote_;
    mistake_ = quoted + " is not a valid Unicode character";
  }

  void add(char32_t code_point) {
    char bytes[kMaxCharacterBytes];
    text_.append(bytes, encode_character(code_point, bytes));
  }

  std::string_view rest_;
  std::string_view closing_quote_;
  std::string text_;
  std::string mistake_;
};

}  // namespace

std::variant<std::string, LiteralMistake> read_string(std::string_view token) {
  return StringReader(token).read();
}

Value read_integer(const std::string& token) {
  const char* const begin = token.data();
  const char* const end = begin + token.size();
  std::int64_t number = 0;
  if (std::from_chars(begin, end, number).ec == std::errc{}) return number;
  std::uint64_t large = 0;
  if (std::from_chars(begin, end, large).ec == std::errc{}) return large;
  return read_real(token);
}

Value read_real(const std::string& token) {
  return g_ascii_strtod(token.c_str(), nullptr);
}

std::variant<Value, LiteralMistake> read_keyword(std::string_view token) {
  if (token == "true") return Value(true);
  if (token == "false") return Value(false);
  if (token == "null") return Value(nullptr);
  return LiteralMistake{"invalid keyword '" + std::string(token) + "'"};
}

}  // namespace qmpev
