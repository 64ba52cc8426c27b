// SPDX-License-Identifier: MIT
// Which names somebody may have meant who wrote another one. Reentrant.
#pragma once

#include <string_view>
#include <vector>

namespace qmpev {

/// How many are proposed at most: more is a list, not an answer.
inline constexpr std::size_t kMaxNearNames = 3;
/// A longer word is no name that was mistyped, and comparing costs its length.
inline constexpr std::size_t kMaxComparedBytes = 64;

/// Those of `names` that are nearest to `word`, the nearest first: equal but for case and separators, few
/// letters apart, or holding it as a part. Empty when none is near.
std::vector<std::string_view> near_names(std::string_view word, const std::vector<std::string_view>& names);

}  // namespace qmpev
