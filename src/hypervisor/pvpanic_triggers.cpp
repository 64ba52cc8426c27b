// SPDX-License-Identifier: MIT
#include "hypervisor/pvpanic_triggers.hpp"

#include "hypervisor/panic_source.hpp"

namespace qmpev {

namespace {

Result<std::string> write_port(ReferenceMachine& machine, std::uint8_t value, Access access) {
  const PortWrite write{kPvpanicPort, value, 1};
  machine.out(write, access);
  return wrote_text({write});
}

TriggerAction report(ReferenceMachine& machine, std::string name, std::string doc, std::uint8_t bit) {
  return {.name = std::move(name),
          .doc = std::move(doc),
          .arguments = {panic_source()},
          .act = [&machine, bit](const TriggerValues& values) {
            return write_port(machine, bit, access_of(values));
          }};
}

TriggerAction write_anything(ReferenceMachine& machine) {
  return {.name = "write",
          .doc = "any byte is written to the port",
          .arguments = {{.name = "value", .doc = "the byte", .max = UINT8_MAX}, panic_source()},
          .act = [&machine](const TriggerValues& values) {
            return write_port(machine, static_cast<std::uint8_t>(values.number("value")), access_of(values));
          }};
}

}  // namespace

TriggerDevice pvpanic_triggers(const TriggerStage& stage) {
  ReferenceMachine& machine = stage.machine;
  TriggerDevice device{.name = "pvpanic", .doc = "the panic device at port 0x505"};
  device.state = [&machine] { return panic_state(machine.machine); };
  device.example = "pvpanic panicked";
  device.actions = {
      report(machine, "panicked", "the guest's kernel has panicked", kPvpanicPanicked),
      report(machine, "crashloaded", "it has, and a kernel of its own records why", kPvpanicCrashloaded),
      report(machine, "pvshutdown", "the guest wants the machine to end", kPvpanicShutdown),
      write_anything(machine),
  };
  return device;
}

}  // namespace qmpev
