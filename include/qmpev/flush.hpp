// SPDX-License-Identifier: MIT
// What became of a flush that had a deadline.
#pragma once

#include <algorithm>
#include <chrono>

namespace qmpev {

/// What became of a flush that waits.
enum class FlushOutcome : unsigned char {
  done,       ///< everything emitted before the call has been taken by the sockets, or was lost and counted
  timed_out,  ///< some client did not read fast enough, or nobody dispatched the server
  loop_gone,  ///< the server has ended: what it still had was written as far as the sockets took it
};

/// A flush waits no longer than this, whatever it is asked: a day, far from where clocks overflow.
inline constexpr auto kMaxFlushPatience = std::chrono::hours{24};

/// What a flush with this patience waits at most; less than nothing is nothing.
constexpr std::chrono::nanoseconds bounded_patience(std::chrono::nanoseconds patience) noexcept {
  return std::clamp<std::chrono::nanoseconds>(patience, std::chrono::nanoseconds(0), kMaxFlushPatience);
}

}  // namespace qmpev
