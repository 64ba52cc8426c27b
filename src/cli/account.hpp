// SPDX-License-Identifier: MIT
// Users and groups of this machine as a person writes them: by number or by name. Main thread.
#pragma once

#include <cstdint>
#include <string_view>

#include <qmpev/result.hpp>

namespace qmpev {

/// Fails with invalid_argument when there is no such user; a number needs none.
Result<std::uint32_t> parse_user(std::string_view text);
/// The same of a group.
Result<std::uint32_t> parse_group(std::string_view text);

}  // namespace qmpev
