// SPDX-License-Identifier: MIT
// Builds a value from tokens as they arrive, on its own stack of open containers: no recursion, and no list
// of tokens is kept. The first mistake is remembered and ends the building; the reader goes on counting
// brackets, for QEMU answers only when they are balanced. Loop thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/lexer.hpp"
#include "wire/value.hpp"

namespace qmpev {

class Parser {
 public:
  /// One more token of the message; not stray, not too_long. Ignored after a mistake.
  void take(const Token& token);
  /// The first mistake in QEMU's words, at most kMaxMistakeBytes; empty when there is none.
  const std::string& mistake() const noexcept { return mistake_; }
  /// The finished value. Only when the brackets are balanced and there is no mistake.
  Value result();
  /// Forgets the message.
  void reset();

  static constexpr std::size_t kMaxMistakeBytes = 1023;  // QEMU's buffer for it

 private:
  enum class Expected : std::uint8_t {
    item_or_end,
    item,
    list_separator,
    key_or_end,
    key,
    colon,
    member,
    dict_separator
  };
  struct Level {
    Value container;
    Expected expected;
    std::string key;
  };

  void take_value(const Token& token);
  void take_separator(const Token& token, Token::Kind closer, Expected after_comma, const char* mistake);
  void open(Value container, Expected expected);
  void close();
  void complete(Value value);
  void fail(std::string mistake);
  bool some_key_is_duplicate() const;

  std::vector<Level> levels_;
  Value result_;
  std::string mistake_;
};

}  // namespace qmpev
