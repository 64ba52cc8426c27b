// SPDX-License-Identifier: MIT
// What the guest and the host can do with the balloon. Threads as trigger.hpp says.
#pragma once

#include "hypervisor/triggers.hpp"

namespace qmpev {

TriggerDevice balloon_triggers(const TriggerStage& stage);

}  // namespace qmpev
