// SPDX-License-Identifier: MIT
// The sentence behind a refused call of the C interface, one per thread. Any thread.
#pragma once

#include <string>

#include <qmpev/result.hpp>

namespace qmpev {

/// Keeps the sentence for qmpev_last_error() and gives the negative errno for the code.
int refused(const Error& error) noexcept;

/// The same for what a caller gave that cannot be: -EINVAL.
int refused_argument(std::string sentence) noexcept;

/// What was kept last on this thread; empty at first.
const std::string& last_refusal() noexcept;

}  // namespace qmpev
