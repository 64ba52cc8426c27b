// SPDX-License-Identifier: MIT
// Cuts bytes into the tokens of QEMU's JSON dialect, across any split of the input, and finds back after
// rubbish by QEMU's rule: skip to the next structural character, control character (TAB aside) or byte FE or
// FF. It keeps one unfinished token and nothing else. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qmpev {

struct Token {
  enum class Kind {
    left_brace,
    right_brace,
    left_bracket,
    right_bracket,
    colon,
    comma,
    integer,
    real,
    string,   ///< with its quotes and escapes
    keyword,  ///< one or more of a to z
    stray,    ///< bytes that begin no token, up to and with the one that makes this certain
    too_long  ///< a token passed the limit; what follows is read as if a new one began
  };
  Kind kind;
  std::string_view text;  ///< borrowed until the next call
};

class Lexer {
 public:
  explicit Lexer(std::size_t max_token_bytes) noexcept : max_token_bytes_(max_token_bytes) {}

  /// Takes bytes off the front of `bytes` until a token is complete; nullopt when all were taken before that.
  /// Numbers and keywords are complete when the byte after them is seen, which is not taken.
  std::optional<Token> next(std::string_view& bytes);
  /// Bytes of the unfinished token.
  std::size_t held_bytes() const noexcept { return complete_ ? 0 : text_.size(); }
  /// Forgets the unfinished token.
  void reset() noexcept;

 private:
  enum class State : std::uint8_t {
    start,
    recovery,
    string,
    escape,  // inside a string, after a backslash
    minus,
    zero,
    digits,
    point,
    fraction,
    exponent,
    exponent_sign,
    exponent_digits,
    keyword
  };

  std::optional<Token> start_token(std::string_view& bytes);
  std::optional<Token> continue_string(std::string_view& bytes);
  std::optional<Token> continue_word(std::string_view& bytes);
  std::optional<Token> take_into(State next, std::string_view& bytes);
  Token stray(std::string_view& bytes);
  Token complete(Token::Kind kind) noexcept;
  void begin_token() noexcept;

  std::size_t max_token_bytes_;
  std::string text_;
  State state_ = State::start;
  char quote_ = 0;        // what closes the string
  bool complete_ = true;  // text_ was handed out: the next byte begins a new token
};

}  // namespace qmpev
