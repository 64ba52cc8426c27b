// SPDX-License-Identifier: MIT
// What happens to the machine as a whole: the guest ends or resets it, the host stops, resumes, resets or
// ends it. Threads as trigger.hpp says.
#pragma once

#include "hypervisor/triggers.hpp"

namespace qmpev {

TriggerDevice machine_triggers(const TriggerStage& stage);

}  // namespace qmpev
