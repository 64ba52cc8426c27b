// SPDX-License-Identifier: MIT
// Leaves steps out of a program as long as it still breaks the same invariant: first halves, then quarters,
// then one step at a time. Each try is a process of its own. Single thread.
#pragma once

#include "simulation/program.hpp"
#include "simulation/run.hpp"

namespace qmpev::simulation {

struct Shrunk {
  Program program;
  Ending ending;
};

/// `ending`: how `program` ended. It is tried again so often at most.
Shrunk shrink(Program program, Ending ending, int max_tries = 3'000);

}  // namespace qmpev::simulation
