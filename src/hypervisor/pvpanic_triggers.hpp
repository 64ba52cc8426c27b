// SPDX-License-Identifier: MIT
// What the guest can tell the panic device. Threads as trigger.hpp says.
#pragma once

#include "hypervisor/triggers.hpp"

namespace qmpev {

TriggerDevice pvpanic_triggers(const TriggerStage& stage);

}  // namespace qmpev
