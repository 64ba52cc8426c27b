// SPDX-License-Identifier: MIT
#include "wire/qapi_name.hpp"

#include <algorithm>

namespace qmpev {
namespace {

constexpr std::string_view kOwnEventPrefix = "X_";

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_capital(c) || (c >= 'a' && c <= 'z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::size_t downstream_prefix(std::string_view name) noexcept {
  if (name.substr(0, 2) != "__") return 0;
  const std::size_t end = name.find('_', 2);
  if (end == std::string_view::npos || end == 2) return 0;
  const std::string_view domain = name.substr(2, end - 2);
  const bool spelled = std::all_of(domain.begin(), domain.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-';
  });
  return spelled ? end + 1 : 0;
}

bool is_qapi_name(std::string_view name) noexcept {
  if (name.size() > kMaxQapiNameBytes) return false;
  name.remove_prefix(downstream_prefix(name));
  if (name.empty() || !is_letter(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

bool is_own_event_name(std::string_view name) noexcept {
  if (name.size() > kMaxQapiNameBytes) return false;
  const bool own = name.substr(0, kOwnEventPrefix.size()) == kOwnEventPrefix;
  const std::size_t prefix = own ? kOwnEventPrefix.size() : downstream_prefix(name);
  name.remove_prefix(prefix);
  if (prefix == 0 || name.empty() || !is_capital(name.front())) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_capital(c) || is_digit(c) || c == '_'; });
}

}  // namespace qmpev
