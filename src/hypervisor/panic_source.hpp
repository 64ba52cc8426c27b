// SPDX-License-Identifier: MIT
// What the triggers of all panic devices share: who acts, and the line that says what a panic leads to.
// Threads as trigger.hpp says.
#pragma once

#include <string>

#include "devices/machine.hpp"
#include "hypervisor/trigger.hpp"

namespace qmpev {

/// `from=guest|monitor`. A monitor acts as the machine's own thread, so also while the machine stands still.
TriggerArgument panic_source();

/// Who acts, by what was given for panic_source().
Access access_of(const TriggerValues& values);

/// "running, panic=pause shutdown=poweroff".
std::string panic_state(const Machine& machine);

}  // namespace qmpev
