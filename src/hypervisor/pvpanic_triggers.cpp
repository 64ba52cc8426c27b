// SPDX-License-Identifier: MIT
#include "hypervisor/pvpanic_triggers.hpp"

namespace qmpev {

TriggerDevice pvpanic_triggers(const TriggerStage& stage) {
  ReferenceMachine& machine = stage.machine;
  TriggerDevice device{.name = "pvpanic", .doc = "the panic device at port 0x505"};
  device.state = [&machine] { return std::string(machine.machine.status().word); };
  device.example = "pvpanic panicked";
  device.actions.push_back({.name = "panicked",
                            .doc = "the guest's kernel has panicked",
                            .act = [&machine](const TriggerValues&) -> Result<std::string> {
                              const PortWrite write{kPvpanicPort, kPvpanicPanicked};
                              machine.out(write);
                              return "wrote " + text_of({write});
                            }});
  return device;
}

}  // namespace qmpev
