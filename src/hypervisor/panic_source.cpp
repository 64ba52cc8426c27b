// SPDX-License-Identifier: MIT
#include "hypervisor/panic_source.hpp"

namespace qmpev {

TriggerArgument panic_source() {
  return {.name = "from",
          .kind = TriggerArgument::Kind::word,
          .standard = "guest",
          .doc = "who acts; a monitor can while the machine stands still",
          .words = {"guest", "monitor"}};
}

Access access_of(const TriggerValues& values) {
  return values.text("from") == "monitor" ? Access::main_loop : Access::vcpu;
}

std::string panic_state(const Machine& machine) {
  const MachineActions actions = machine.actions();
  std::string text(machine.status().word);
  text.append(", panic=").append(action_word(actions, "panic"));
  text.append(" shutdown=").append(action_word(actions, "shutdown"));
  return text;
}

}  // namespace qmpev
