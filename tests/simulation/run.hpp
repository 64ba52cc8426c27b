// SPDX-License-Identifier: MIT
// Runs something in a process of its own, so that whatever it does to itself is told like a broken invariant.
// What the child says of itself stands in shared memory, up to its last moment. Single thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "simulation/episode.hpp"

namespace qmpev::simulation {

/// Shared with the child.
struct Report {
  volatile std::uint64_t seed = 0;
  volatile std::size_t steps = 0;  ///< of the program
  volatile std::size_t at = 0;
  char invariant[64] = {};
  char detail[2048] = {};
};

/// How it ended: an empty name is well.
struct Ending {
  std::string invariant;  ///< or what ended the process
  std::string detail;
  std::uint64_t seed = 0;
  std::size_t steps = 0;
  std::size_t at = 0;

  bool well() const noexcept { return invariant.empty(); }
};

/// Copies the first broken invariant where the parent sees it.
void tell(Report& report, const Verdict& verdict);
/// `work` runs in a child. When no step is played for so long, it hangs.
Ending run_apart(const std::function<void(Report&)>& work);
/// To be said by `work` before each episode.
inline constexpr unsigned kHangSeconds = 60;

}  // namespace qmpev::simulation
