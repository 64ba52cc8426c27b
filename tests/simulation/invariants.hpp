// SPDX-License-Identifier: MIT
// What has to hold after every step, each by a name: the books of the emitter and of the sessions against
// counts made apart from them, a loop that sleeps only when nothing is left to do, memory within its bounds.
// Single thread.
#pragma once

#include "simulation/chain.hpp"
#include "simulation/threads.hpp"
#include "simulation/verdict.hpp"

namespace qmpev::simulation {

/// After a step; `settled`: its last act was a round of the loop. Lets the clients hear what has come.
void check_step(Chain& chain, const Threads& threads, bool settled, const ChainSettings& settings,
                Verdict& verdict);

/// When every connection took what there was, no call is pending and the loop has come to rest: nobody waits
/// for anything.
void check_calm(Chain& chain, Verdict& verdict);

}  // namespace qmpev::simulation
