// SPDX-License-Identifier: MIT
#include "wire/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace qmpev {
namespace {

bool is_continuation(char byte) noexcept {
  return (static_cast<std::uint8_t>(byte) & 0xC0) == 0x80;
}

/// Continuation bytes announced by a lead byte; the old five and six byte forms count, so that such a
/// sequence is replaced as one. -1 for bytes that lead nothing.
int announced_continuations(std::uint8_t lead) noexcept {
  if (lead < 0xC0 || lead >= 0xFE) return -1;
  if (lead < 0xE0) return 1;
  if (lead < 0xF0) return 2;
  if (lead < 0xF8) return 3;
  return lead < 0xFC ? 4 : 5;
}

/// True when `code_point` would have fitted into fewer bytes. C0 80 is the one exception.
bool is_overlong(char32_t code_point, int continuations) noexcept {
  constexpr char32_t kSmallest[] = {0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000};
  if (code_point == 0 && continuations == 1) return false;
  return code_point < kSmallest[continuations];
}

}  // namespace

bool is_character(char32_t code_point) noexcept {
  if (code_point > 0x10FFFF) return false;
  if (code_point >= 0xD800 && code_point <= 0xDFFF) return false;
  if (code_point >= 0xFDD0 && code_point <= 0xFDEF) return false;
  return (code_point & 0xFFFE) != 0xFFFE;
}

Character decode_character(std::string_view text) noexcept {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const int continuations = announced_continuations(lead);
  if (continuations < 0) return {0, 1, false};

  char32_t code_point = lead & (0x3Fu >> continuations);
  const std::size_t end = std::min<std::size_t>(text.size(), 1 + static_cast<std::size_t>(continuations));
  std::size_t at = 1;
  for (; at < end && is_continuation(text[at]); ++at) {
    code_point = (code_point << 6) | (static_cast<std::uint8_t>(text[at]) & 0x3F);
  }
  const bool complete = at == 1 + static_cast<std::size_t>(continuations);
  return {code_point, at, complete && is_character(code_point) && !is_overlong(code_point, continuations)};
}

std::size_t encode_character(char32_t code_point, char* out) noexcept {
  if (code_point < 0x80) {
    out[0] = static_cast<char>(code_point);
    return 1;
  }
  const std::size_t bytes = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
  for (std::size_t at = bytes - 1; at > 0; --at) {
    out[at] = static_cast<char>(0x80 | (code_point & 0x3F));
    code_point >>= 6;
  }
  constexpr std::uint8_t kLead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  out[0] = static_cast<char>(kLead[bytes] | code_point);
  return bytes;
}

std::size_t cut_at_character(std::string_view text, std::size_t limit) noexcept {
  if (limit >= text.size()) return text.size();
  constexpr std::size_t kMaxContinuations = 5;
  std::size_t start = limit;
  while (start > 0 && limit - start < kMaxContinuations && is_continuation(text[start])) --start;
  return start + decode_character(text.substr(start)).bytes > limit ? start : limit;
}

}  // namespace qmpev
