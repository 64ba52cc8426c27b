// SPDX-License-Identifier: MIT
// The table of everything that can be triggered in the reference hypervisor: one file per device beside this
// one. Loop thread.
#pragma once

#include <vector>

#include "hypervisor/guest.hpp"
#include "hypervisor/reference_machine.hpp"
#include "hypervisor/trigger.hpp"

namespace qmpev {

/// What triggers act on; borrowed for as long as the table is used.
struct TriggerStage {
  ReferenceMachine& machine;
  Guest& guest;
};

std::vector<TriggerDevice> all_triggers(const TriggerStage& stage);

}  // namespace qmpev
