// SPDX-License-Identifier: MIT
// Where the library's words go: a callback of the embedder. The library itself never prints.
#pragma once

#include <functional>
#include <string_view>

namespace qmpev {

/// How much a sentence of the library matters.
enum class LogLevel {
  debug,    ///< for who looks for a fault in the library
  info,     ///< what an operator may like to know
  warning,  ///< something was refused, or lost, or is not as safe as it looks
  error,    ///< something that was asked for does not happen
};

/// Called on the loop thread with one sentence without a newline; `text` is borrowed for the call. May be
/// empty.
using LogCallback = std::function<void(LogLevel level, std::string_view text)>;

}  // namespace qmpev
