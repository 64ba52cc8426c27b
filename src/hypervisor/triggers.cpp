// SPDX-License-Identifier: MIT
#include "hypervisor/triggers.hpp"

#include "hypervisor/pvpanic_triggers.hpp"
#include "hypervisor/quorum_triggers.hpp"

namespace qmpev {

std::vector<TriggerDevice> all_triggers(const TriggerStage& stage) {
  return {
      pvpanic_triggers(stage),
      quorum_triggers(stage),
  };
}

}  // namespace qmpev
