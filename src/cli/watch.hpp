// SPDX-License-Identifier: MIT
// `qmpev watch`: prints what a server sends until the goal is reached, the time is over or the server is
// lost. Main thread.
#pragma once

#include "cli/watch_options.hpp"

namespace qmpev {

/// Returns the exit status: kWatchSeen, kWatchNotSeen or kWatchLost.
int watch(const WatchOptions& options);

inline constexpr int kWatchSeen = 0;
inline constexpr int kWatchNotSeen = 1;
inline constexpr int kWatchLost = 2;

}  // namespace qmpev
