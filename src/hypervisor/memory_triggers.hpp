// SPDX-License-Identifier: MIT
// What host and guest can do with the memory slots. Threads as trigger.hpp says.
#pragma once

#include "hypervisor/triggers.hpp"

namespace qmpev {

TriggerDevice memory_triggers(const TriggerStage& stage);

}  // namespace qmpev
