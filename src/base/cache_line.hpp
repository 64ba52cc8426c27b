// SPDX-License-Identifier: MIT
// What processors pass between them as one piece: what two threads write at once lies in different ones.
#pragma once

#include <cstddef>

namespace qmpev {

inline constexpr std::size_t kCacheLineBytes = 64;  ///< of x86-64, and of most 64-bit ARM

}  // namespace qmpev
