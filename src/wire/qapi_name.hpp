// SPDX-License-Identifier: MIT
// Which names QAPI allows for what an embedder adds: commands, events, members. Pure functions. Any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace qmpev {

/// No QMP name is near it; a longer one is a mistake of the embedder.
inline constexpr std::size_t kMaxQapiNameBytes = 255;

/// The length of a downstream prefix, `__RFQDN_` with '.' allowed in the domain; 0: `name` begins with none.
std::size_t downstream_prefix(std::string_view name) noexcept;

/// Letters, digits, '-' and '_', beginning with a letter, behind a downstream prefix or none; at most
/// kMaxQapiNameBytes.
bool is_qapi_name(std::string_view name) noexcept;

/// Capitals, digits and '_', beginning with a capital, behind a downstream prefix or "X_": a name that no
/// event of QEMU has or will have.
bool is_own_event_name(std::string_view name) noexcept;

}  // namespace qmpev
