// SPDX-License-Identifier: MIT
// The name of one life of a server: numbers of events mean nothing in another. Any thread.
#pragma once

#include <cstddef>
#include <string>

namespace qmpev {

/// So many that no two servers ever have the same.
inline constexpr std::size_t kEpochBits = 128;

/// A new one, in hexadecimal digits.
std::string random_epoch();

}  // namespace qmpev
