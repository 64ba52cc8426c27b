// SPDX-License-Identifier: MIT
// The text of a JSON string as QEMU writes it: ASCII only, \uXXXX in capitals for everything else and for
// controls, a surrogate pair beyond the BMP, U+FFFD for what is not a character. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "wire/utf8.hpp"

namespace qmpev {

/// What one byte of text can become at most: "\uFFFD". (Four bytes make one pair of 12, which is less each.)
inline constexpr std::size_t kEscapedBytesPerByte = 6;

/// Writes `text` escaped, without quotes, into `out`, which has room for kEscapedBytesPerByte * text.size().
/// Returns the bytes written. Never allocates. Costs little more than a copy for plain ASCII.
std::size_t escape(std::string_view text, char* out) noexcept;

/// Appends `text` escaped and between quotes.
void append_quoted(std::string_view text, std::string& out);

}  // namespace qmpev
