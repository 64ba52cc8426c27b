// SPDX-License-Identifier: MIT
// `qmpev run`: a machine for as long as a command lasts. Main thread.
#pragma once

#include "cli/run_options.hpp"

namespace qmpev {

/// We, not the command, have failed; as env and timeout tell it.
inline constexpr int kExitNotRun = 125;

/// Returns the command's status as a shell tells it: 128 and the signal's number, 127 when there is no such
/// command, 126 when it cannot be executed. A command that fails is followed by what passed the monitors.
/// NOTIFY_SOCKET is left to the command: whether it is ready is what counts.
int run(RunOptions options);

}  // namespace qmpev
