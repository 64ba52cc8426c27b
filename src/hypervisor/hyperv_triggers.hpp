// SPDX-License-Identifier: MIT
// What a Hyper-V guest tells of its crash through its crash registers.
// Threads as trigger.hpp says.
#pragma once

#include "hypervisor/triggers.hpp"

namespace qmpev {

TriggerDevice hyperv_triggers(const TriggerStage& stage);

}  // namespace qmpev
