// SPDX-License-Identifier: MIT
// `qmpev trigger`: has a server's machine do something and prints what was done and which events came of it;
// without a device, what it can do. Main thread.
#pragma once

#include <string>

#include "cli/trigger_options.hpp"

namespace qmpev {

/// Returns the exit status. `program` is how the user called us, for the lines to paste.
int trigger(const TriggerOptions& options, const std::string& program);

inline constexpr int kTriggerDone = 0;
inline constexpr int kTriggerRefused = 1;
inline constexpr int kTriggerLost = 2;

}  // namespace qmpev
