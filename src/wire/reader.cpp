// SPDX-License-Identifier: MIT
#include "wire/reader.hpp"

#include <utility>

namespace qmpev {
namespace {

constexpr std::size_t kKeptCapacityBytes = 64 * 1024;  // of an input buffer that ran empty

}  // namespace

Reader::Reader(ReaderLimits limits) noexcept : limits_(limits), lexer_(limits.max_bytes) {}

void Reader::push(std::string_view bytes) {
  if (read_bytes_ > input_.size() / 2) {  // moves less than was read since the last time: linear over all
    input_.erase(0, read_bytes_);
    read_bytes_ = 0;
  }
  input_.append(bytes);
}

std::optional<Reader::Item> Reader::next() {
  std::string_view rest = std::string_view(input_).substr(read_bytes_);
  while (const std::optional<Token> token = lexer_.next(rest)) {
    if (std::optional<Item> item = take(*token)) {
      read_bytes_ = input_.size() - rest.size();
      return item;
    }
  }
  read_bytes_ = 0;
  input_.clear();
  if (input_.capacity() > kKeptCapacityBytes) std::string().swap(input_);
  return std::nullopt;
}

std::size_t Reader::buffered_bytes() const noexcept {
  // No tree is kept of a message with a mistake.
  return input_.size() + lexer_.held_bytes() + (parser_.mistake().empty() ? message_bytes() : 0);
}

/// Two tokens make at most one value, in a vector that may have grown to twice its content.
std::size_t Reader::message_bytes() const noexcept {
  return token_bytes_ + tokens_ * sizeof(Value);
}

void Reader::reset() {
  std::string().swap(input_);
  read_bytes_ = 0;
  lexer_.reset();
  begin_message();
}

std::optional<Reader::Item> Reader::take(const Token& token) {
  if (token.kind == Token::Kind::stray) {
    // The text ends at a NUL, since QEMU holds it in a C string.
    const std::string_view text = token.text.substr(0, token.text.find('\0'));
    return fail("JSON parse error, stray '" + std::string(text) + "'");
  }
  count(token.kind);
  if (const char* limit = exceeded_limit(token)) {
    Item item = fail(limit);
    item.over_limit = true;
    return item;
  }
  ++tokens_;
  token_bytes_ += token.text.size();
  parser_.take(token);
  if (!is_balanced()) return std::nullopt;
  return finish();
}

void Reader::count(Token::Kind kind) noexcept {
  open_braces_ += (kind == Token::Kind::left_brace) - (kind == Token::Kind::right_brace);
  open_brackets_ += (kind == Token::Kind::left_bracket) - (kind == Token::Kind::right_bracket);
}

const char* Reader::exceeded_limit(const Token& token) const noexcept {
  if (token.kind == Token::Kind::too_long || token_bytes_ + token.text.size() >= limits_.max_bytes) {
    return "JSON token size limit exceeded";
  }
  if (tokens_ >= limits_.max_tokens) return "JSON token count limit exceeded";
  if (open_braces_ + open_brackets_ > static_cast<std::ptrdiff_t>(limits_.max_depth)) {
    return "JSON nesting depth limit exceeded";
  }
  return nullptr;
}

/// Nothing is open, or more was closed than opened, of either sort: then no continuation can make it right.
bool Reader::is_balanced() const noexcept {
  if (open_braces_ < 0 || open_brackets_ < 0) return true;
  return open_braces_ == 0 && open_brackets_ == 0;
}

Reader::Item Reader::finish() {
  if (!parser_.mistake().empty()) return fail("JSON parse error, " + parser_.mistake());
  Item item{parser_.result(), {}, message_bytes()};
  begin_message();
  return item;
}

Reader::Item Reader::fail(std::string error) {
  begin_message();
  return {std::nullopt, std::move(error), 0};
}

void Reader::begin_message() {
  parser_.reset();
  open_braces_ = 0;
  open_brackets_ = 0;
  tokens_ = 0;
  token_bytes_ = 0;
}

}  // namespace qmpev
