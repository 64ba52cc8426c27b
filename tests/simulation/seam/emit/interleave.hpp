// SPDX-License-Identifier: MIT
// What the marks in ring and throttle are in the simulation (see src/emit/interleave.hpp): places where it
// may hold the thread that runs. Single thread.
#pragma once

namespace qmpev {

// Both defined in tests/simulation/threads.cpp.
void interleave() noexcept;
void yield_to_others() noexcept;

}  // namespace qmpev
