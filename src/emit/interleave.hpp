// SPDX-License-Identifier: MIT
// The places in ring and throttle between which another thread may come: marked, so that the simulation can
// hold a thread right there. It puts a header of this name in front of this one (tests/simulation/seam);
// everywhere else a mark is nothing. Any thread.
#pragma once

#include <sched.h>

namespace qmpev {

/// Another thread may act here, in the middle of what this one does.
inline void interleave() noexcept {}

/// The loop waits for another thread to get on.
inline void yield_to_others() noexcept {
  sched_yield();
}

}  // namespace qmpev
