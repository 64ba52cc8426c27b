// SPDX-License-Identifier: MIT
#include "wire/lexer.hpp"

#include <algorithm>

namespace qmpev {
namespace {

constexpr std::size_t kKeptCapacityBytes = 64 * 1024;  // a rare giant's memory is given back

bool is_digit(char byte) noexcept {
  return byte >= '0' && byte <= '9';
}
bool is_lower(char byte) noexcept {
  return byte >= 'a' && byte <= 'z';
}
bool is_control(char byte) noexcept {
  return static_cast<std::uint8_t>(byte) < 0x20;
}
/// FE and FF occur in no UTF-8 text: clients send them to end whatever the server is in.
bool is_reset(char byte) noexcept {
  return static_cast<std::uint8_t>(byte) >= 0xFE;
}
bool is_blank(char byte) noexcept {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

std::optional<Token::Kind> structural(char byte) noexcept {
  switch (byte) {
    case '{':
      return Token::Kind::left_brace;
    case '}':
      return Token::Kind::right_brace;
    case '[':
      return Token::Kind::left_bracket;
    case ']':
      return Token::Kind::right_bracket;
    case ':':
      return Token::Kind::colon;
    case ',':
      return Token::Kind::comma;
    default:
      return std::nullopt;
  }
}

/// Where reading resumes after rubbish.
bool ends_recovery(char byte) noexcept {
  return structural(byte).has_value() || (is_control(byte) && byte != '\t') || is_reset(byte);
}

}  // namespace

std::optional<Token> Lexer::next(std::string_view& bytes) {
  while (!bytes.empty()) {
    std::optional<Token> token;
    switch (state_) {
      case State::start:
        token = start_token(bytes);
        break;
      case State::recovery:
        bytes.remove_prefix(static_cast<std::size_t>(std::find_if(bytes.begin(), bytes.end(), ends_recovery) -
                                                     bytes.begin()));
        if (!bytes.empty()) state_ = State::start;
        break;
      case State::string:
      case State::escape:
        token = continue_string(bytes);
        break;
      default:
        token = continue_word(bytes);
        break;
    }
    if (token) return token;
  }
  return std::nullopt;
}

void Lexer::reset() noexcept {
  state_ = State::start;
  complete_ = true;
}

void Lexer::begin_token() noexcept {
  if (text_.capacity() > kKeptCapacityBytes) std::string().swap(text_);
  text_.clear();
  complete_ = false;
}

Token Lexer::complete(Token::Kind kind) noexcept {
  state_ = kind == Token::Kind::stray ? State::recovery : State::start;
  complete_ = true;
  return {kind, text_};
}

/// The next byte shows that text_ is no token; it belongs to the rubbish.
Token Lexer::stray(std::string_view& bytes) {
  text_.push_back(bytes[0]);
  bytes.remove_prefix(1);
  return complete(Token::Kind::stray);
}

/// The next byte belongs to the token, which goes on in state `next`.
std::optional<Token> Lexer::take_into(State next, std::string_view& bytes) {
  text_.push_back(bytes[0]);
  bytes.remove_prefix(1);
  state_ = next;
  if (text_.size() > max_token_bytes_) return complete(Token::Kind::too_long);
  return std::nullopt;
}

std::optional<Token> Lexer::start_token(std::string_view& bytes) {
  const char byte = bytes[0];
  if (is_blank(byte)) {
    bytes.remove_prefix(1);
    return std::nullopt;
  }
  begin_token();
  if (const auto kind = structural(byte)) {
    text_.push_back(byte);
    bytes.remove_prefix(1);
    return complete(*kind);
  }
  if (byte == '"' || byte == '\'') {
    quote_ = byte;
    return take_into(State::string, bytes);
  }
  if (byte == '-') return take_into(State::minus, bytes);
  if (byte == '0') return take_into(State::zero, bytes);
  if (is_digit(byte)) return take_into(State::digits, bytes);
  if (is_lower(byte)) return take_into(State::keyword, bytes);
  return stray(bytes);
}

std::optional<Token> Lexer::continue_string(std::string_view& bytes) {
  if (state_ == State::string) {
    const auto ends_run = [this](char byte) {
      return byte == quote_ || byte == '\\' || is_control(byte) || is_reset(byte);
    };
    // A whole run at once, but never more than what makes the token too long.
    const std::string_view window = bytes.substr(0, max_token_bytes_ + 1 - text_.size());
    const auto run =
        static_cast<std::size_t>(std::find_if(window.begin(), window.end(), ends_run) - window.begin());
    text_.append(bytes, 0, run);
    bytes.remove_prefix(run);
    if (text_.size() > max_token_bytes_) return complete(Token::Kind::too_long);
    if (bytes.empty()) return std::nullopt;
  }
  const char byte = bytes[0];
  if (is_control(byte) || is_reset(byte)) return stray(bytes);
  if (state_ == State::escape) return take_into(State::string, bytes);
  if (byte == '\\') return take_into(State::escape, bytes);
  text_.push_back(byte);
  bytes.remove_prefix(1);
  return complete(Token::Kind::string);
}

/// Numbers and keywords: what may follow each state, and what the token is when something else does.
std::optional<Token> Lexer::continue_word(std::string_view& bytes) {
  const char byte = bytes[0];
  const bool digit = is_digit(byte);
  const bool exponent = byte == 'e' || byte == 'E';
  switch (state_) {
    case State::minus:
      if (digit) return take_into(byte == '0' ? State::zero : State::digits, bytes);
      return stray(bytes);
    case State::zero:  // no digit may follow, and, unlike in the standard, no exponent either
      if (byte == '.') return take_into(State::point, bytes);
      return digit ? stray(bytes) : complete(Token::Kind::integer);
    case State::digits:
      if (digit) return take_into(State::digits, bytes);
      if (byte == '.') return take_into(State::point, bytes);
      if (exponent) return take_into(State::exponent, bytes);
      return complete(Token::Kind::integer);
    case State::point:
      if (digit) return take_into(State::fraction, bytes);
      return stray(bytes);
    case State::fraction:
      if (digit) return take_into(State::fraction, bytes);
      if (exponent) return take_into(State::exponent, bytes);
      return complete(Token::Kind::real);
    case State::exponent:
      if (byte == '+' || byte == '-') return take_into(State::exponent_sign, bytes);
      [[fallthrough]];
    case State::exponent_sign:
      if (digit) return take_into(State::exponent_digits, bytes);
      return stray(bytes);
    case State::exponent_digits:
      if (digit) return take_into(State::exponent_digits, bytes);
      return complete(Token::Kind::real);
    default:
      if (is_lower(byte)) return take_into(State::keyword, bytes);
      return complete(Token::Kind::keyword);
  }
}

}  // namespace qmpev
