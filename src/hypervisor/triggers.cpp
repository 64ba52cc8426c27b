// SPDX-License-Identifier: MIT
#include "hypervisor/triggers.hpp"

#include "hypervisor/hyperv_triggers.hpp"
#include "hypervisor/machine_triggers.hpp"
#include "hypervisor/pvpanic_triggers.hpp"
#include "hypervisor/quorum_triggers.hpp"
#include "hypervisor/s390_triggers.hpp"

namespace qmpev {

std::vector<TriggerDevice> all_triggers(const TriggerStage& stage) {
  return {
      pvpanic_triggers(stage), quorum_triggers(stage), machine_triggers(stage),
      hyperv_triggers(stage),  s390_triggers(stage),
  };
}

}  // namespace qmpev
