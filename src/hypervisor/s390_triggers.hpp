// SPDX-License-Identifier: MIT
// How a guest crashes on an s390 processor.
// Threads as trigger.hpp says.
#pragma once

#include "hypervisor/triggers.hpp"

namespace qmpev {

TriggerDevice s390_triggers(const TriggerStage& stage);

}  // namespace qmpev
