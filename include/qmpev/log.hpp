// SPDX-License-Identifier: MIT
// Where the library's words go: a callback of the embedder. The library itself never prints.
#pragma once

#include <functional>
#include <string_view>

namespace qmpev {

enum class LogLevel { debug, info, warning, error };

/// Called on the loop thread with one sentence without a newline; `text` is borrowed for the call. May be
/// empty.
using LogCallback = std::function<void(LogLevel level, std::string_view text)>;

}  // namespace qmpev
