// SPDX-License-Identifier: MIT
#include "cli/account.hpp"

#include <grp.h>
#include <pwd.h>

#include <charconv>
#include <optional>
#include <string>

#include "cli/argument_reader.hpp"

namespace qmpev {

namespace {

/// The last one stands for "no change" in system calls, and nobody has it.
std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, refused] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (refused != std::errc() || end != text.data() + text.size() || value == UINT32_MAX) return std::nullopt;
  return value;
}

}  // namespace

Result<std::uint32_t> parse_user(std::string_view text) {
  if (const auto number = number_of(text)) return *number;
  const passwd* const found = text.empty() ? nullptr : ::getpwnam(std::string(text).c_str());
  if (found != nullptr) return std::uint32_t{found->pw_uid};
  return usage_error("this machine has no user '" + std::string(text) + "': use a user's name or number");
}

Result<std::uint32_t> parse_group(std::string_view text) {
  if (const auto number = number_of(text)) return *number;
  const group* const found = text.empty() ? nullptr : ::getgrnam(std::string(text).c_str());
  if (found != nullptr) return std::uint32_t{found->gr_gid};
  return usage_error("this machine has no group '" + std::string(text) + "': use a group's name or number");
}

}  // namespace qmpev
