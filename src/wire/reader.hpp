// SPDX-License-Identifier: MIT
// Turns what a client sends into values, one message after the other: QEMU's JSON dialect, limits, error
// texts and recovery, whatever way the bytes are cut. A message ends where its braces and its brackets are
// balanced, counted apart, so that no terminator is needed. The end of the input drops what is incomplete
// without a word: there is nothing to call for it. Loop thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <qmpev/limits.hpp>

#include "wire/lexer.hpp"
#include "wire/parser.hpp"
#include "wire/value.hpp"

namespace qmpev {

/// What one message may cost; see Limits.
struct ReaderLimits {
  std::size_t max_bytes = kMaxMessageBytes;    ///< of tokens: a message needs less, blanks not counted
  std::size_t max_tokens = kMaxMessageTokens;  ///< a message may have as many
  std::size_t max_depth = kMaxMessageDepth;    ///< of braces and brackets together; reached is fine
};

class Reader {
 public:
  explicit Reader(ReaderLimits limits = {}) noexcept;

  /// More input, copied. Take the items before pushing more: what is pushed is held until it is read.
  void push(std::string_view bytes);

  struct Item {
    std::optional<Value> value;
    std::string error;        ///< without a value: the description of the GenericError to answer
    std::size_t bytes = 0;    ///< an upper estimate of the memory that the value holds
    bool over_limit = false;  ///< the mistake was that the message is too large
  };
  /// The next complete message or mistake; nullopt when all input is read. Linear in the bytes it reads.
  std::optional<Item> next();

  /// An upper estimate of the memory that pushed input and an unfinished message hold. Once next() has said
  /// that all is read it is at most 2 * max_bytes + max_tokens * sizeof(Value), and 0 between messages.
  std::size_t buffered_bytes() const noexcept;

  /// Forgets everything that is incomplete or unread: a new connection.
  void reset();

 private:
  std::optional<Item> take(const Token& token);
  std::size_t message_bytes() const noexcept;
  void count(Token::Kind kind) noexcept;
  const char* exceeded_limit(const Token& token) const noexcept;
  bool is_balanced() const noexcept;
  Item finish();
  Item fail(std::string error);
  void begin_message();

  ReaderLimits limits_;
  std::string input_;
  std::size_t read_bytes_ = 0;  // of input_
  Lexer lexer_;
  Parser parser_;
  // Of the unfinished message:
  std::ptrdiff_t open_braces_ = 0;
  std::ptrdiff_t open_brackets_ = 0;
  std::size_t tokens_ = 0;
  std::size_t token_bytes_ = 0;
};

}  // namespace qmpev
