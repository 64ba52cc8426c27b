// SPDX-License-Identifier: MIT
#include "hypervisor/reference_machine.hpp"

#include <cstdio>
#include <utility>

namespace qmpev {

namespace {

std::string number_text(std::uint32_t value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), value < 10 ? "%u" : "%#x", value);
  return text.data();
}

}  // namespace

std::string text_of(const std::vector<PortWrite>& writes) {
  std::string text;
  for (const PortWrite& write : writes) {
    if (!text.empty()) text += ' ';
    text += number_text(write.port) + "<-" + number_text(write.value);
  }
  return text;
}

ReferenceMachine::ReferenceMachine(const Emitter& emitter, Machine::OnEnd on_end,
                                   const HypervisorConfig& config)
    : machine(emitter, config.machine, std::move(on_end)),
      memory(emitter, kMemorySlots),
      balloon(emitter, kRamBytes),
      pvpanic(machine),
      power(machine),
      hyperv(machine),
      s390(machine, 0),
      spice(emitter, {"none"}),
      disk(make_memory_disk(emitter)) {
  memory.plug(0, "dimm0");
  memory.plug(1, "dimm1");
}

void ReferenceMachine::out(const PortWrite& write, Access access) {
  if (write.port == kPvpanicPort) return pvpanic.out(static_cast<std::uint8_t>(write.value), access);
  power.out(write.port, write.value);
  memory.out(write.port, write.value);
}

}  // namespace qmpev
