// SPDX-License-Identifier: MIT
#include "hypervisor/triggers.hpp"

#include "hypervisor/balloon_triggers.hpp"
#include "hypervisor/cpu_triggers.hpp"
#include "hypervisor/hyperv_triggers.hpp"
#include "hypervisor/machine_triggers.hpp"
#include "hypervisor/memory_triggers.hpp"
#include "hypervisor/pvpanic_triggers.hpp"
#include "hypervisor/quorum_triggers.hpp"
#include "hypervisor/s390_triggers.hpp"
#include "hypervisor/spice_triggers.hpp"

namespace qmpev {

std::vector<TriggerDevice> all_triggers(const TriggerStage& stage) {
  std::vector<TriggerDevice> table;
  table.push_back(memory_triggers(stage));
  table.push_back(cpu_triggers(stage));
  table.push_back(balloon_triggers(stage));
  table.push_back(pvpanic_triggers(stage));
  table.push_back(quorum_triggers(stage));
  table.push_back(machine_triggers(stage));
  table.push_back(hyperv_triggers(stage));
  table.push_back(s390_triggers(stage));
  table.push_back(spice_triggers(stage));
  return table;
}

}  // namespace qmpev
