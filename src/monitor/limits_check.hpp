// SPDX-License-Identifier: MIT
// Which limits an embedder may set. Reentrant.
#pragma once

#include <qmpev/limits.hpp>
#include <qmpev/result.hpp>

namespace qmpev {

/// Fails with invalid_argument; the sentence names the limit and its range.
Result<void> check_limits(const Limits& limits);

}  // namespace qmpev
