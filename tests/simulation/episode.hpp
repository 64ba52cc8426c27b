// SPDX-License-Identifier: MIT
// Plays a program: one world from nothing to its end, the invariants checked after each step. What happens
// depends on the program alone. Single thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simulation/program.hpp"
#include "simulation/verdict.hpp"

namespace qmpev::simulation {

struct Outcome {
  Verdict verdict;
  std::uint64_t emitted = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dropped = 0;
  std::uint64_t replies = 0;
};

/// `at` is the place of the step that is played, also for whoever asks when the process ends inside one.
Outcome play(const Program& program, volatile std::size_t& at);

}  // namespace qmpev::simulation
