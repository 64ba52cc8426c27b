// SPDX-License-Identifier: MIT
// Structures of the C interface that begin with their size, so that they can grow. Reentrant.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

namespace qmpev {

/// No version of a structure will be longer; a larger `size` was never set.
inline constexpr std::size_t kMaxStructBytes = 4096;

/// Whether `from.size` is one that a caller can have: at least `first_bytes`, which every version has, and if
/// longer than this version's, then with nothing set that it does not know.
template <class Struct>
bool known_size(const Struct& from, std::size_t first_bytes) noexcept {
  if (from.size < first_bytes || from.size > kMaxStructBytes) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(&from);
  return std::all_of(bytes + sizeof from, bytes + std::max(from.size, sizeof from),
                     [](unsigned char byte) { return byte == 0; });
}

/// What is said of one that is not: `type` is its name.
template <class Struct>
std::string wrong_size(const char* type, const Struct& from) {
  return std::string(type) + ".size is " + std::to_string(from.size) + ": set it to sizeof(" + type + "), " +
         std::to_string(sizeof(Struct)) + " in this version";
}

/// As long as this version's, members that an older caller does not know zero.
template <class Struct>
Struct whole(const Struct& from) noexcept {
  Struct all{};
  std::memcpy(&all, &from, std::min(from.size, sizeof all));
  return all;
}

}  // namespace qmpev
