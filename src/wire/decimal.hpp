// SPDX-License-Identifier: MIT
// Integers as decimal text, faster than std::to_chars: nearly half of the instructions of an emit were the
// digits of its stamp and its numbers. Reentrant.
#pragma once

#include <cstddef>
#include <cstdint>

namespace qmpev {

inline constexpr std::size_t kMaxDecimalBytes = 20;  ///< 18446744073709551615, -9223372036854775808

/// Writes `value` to `out`, which has room for kMaxDecimalBytes; gives the end of what was written.
char* put_decimal(std::uint64_t value, char* out) noexcept;
char* put_decimal(std::int64_t value, char* out) noexcept;

}  // namespace qmpev
