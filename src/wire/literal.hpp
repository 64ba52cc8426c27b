// SPDX-License-Identifier: MIT
// What the text of one token means: strings without quotes and escapes, numbers of the narrowest type that
// holds them, the three keywords. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "wire/value.hpp"

namespace qmpev {

/// Why a token means nothing, in QEMU's words.
struct LiteralMistake {
  std::string sentence;
};

/// `token` with its quotes, as the lexer cut it. U+0000 becomes the byte 0.
std::variant<std::string, LiteralMistake> read_string(std::string_view token);

/// int64 if it fits, else uint64, else double.
Value read_integer(const std::string& token);

/// Out of range becomes an infinity or zero.
Value read_real(const std::string& token);

/// true, false or null.
std::variant<Value, LiteralMistake> read_keyword(std::string_view token);

}  // namespace qmpev
