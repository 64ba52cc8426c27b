// SPDX-License-Identifier: MIT
#include "hypervisor/cpu_triggers.hpp"

#include "hypervisor/hotplug_trigger.hpp"

namespace qmpev {

namespace {

constexpr SlotKind kCpus{
    AcpiSlotType::cpu, "CPU",
    [](const ReferenceMachine& machine, const std::string& id) { return machine.cpus.slot_of(id); },
    [](ReferenceMachine& machine, std::uint32_t slot) { return machine.cpus.request_unplug(slot); },
    &HotplugDriver::scan_cpus};

/// "slot 0 unnamed ost 0/0, slot 1 cpu1 ost ..."
std::string slots_text(const ReferenceMachine& machine) {
  const std::vector<bool> plugged = machine.cpus.plugged();
  std::string text;
  for (const SlotStatus& row : machine.cpus.ospm_status()) {
    if (!text.empty()) text += ", ";
    text += "slot " + std::to_string(row.slot) + ' ';
    text += !plugged[row.slot] ? "empty" : row.device_id.empty() ? "unnamed" : row.device_id;
    text += " ost " + std::to_string(row.report.source) + '/' + std::to_string(row.report.status);
  }
  return text;
}

TriggerAction ost_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "ost", .doc = "the guest says how a request for a slot ended"};
  action.arguments = ost_arguments();
  action.act = [&machine](const TriggerValues& values) -> Result<std::string> {
    const auto port = [&machine](std::uint16_t offset) {
      return static_cast<std::uint16_t>(machine.cpus.base() + offset);
    };
    return write_all(machine, {{port(kCpuHotplugSelector), static_cast<std::uint32_t>(values.number("slot"))},
                               {port(kCpuHotplugCommand), kCpuCommandOstEvent, 1},
                               {port(kCpuHotplugData), static_cast<std::uint32_t>(values.number("source"))},
                               {port(kCpuHotplugCommand), kCpuCommandOstStatus, 1},
                               {port(kCpuHotplugData), static_cast<std::uint32_t>(values.number("status"))}});
  };
  return action;
}

TriggerAction plug_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "plug", .doc = "a CPU is plugged in and the guest takes it into use"};
  action.arguments = {slot_argument("2"), id_argument()};
  action.act = [&machine](const TriggerValues& values) -> Result<std::string> {
    auto plugged = machine.plug_cpu(static_cast<std::uint32_t>(values.number("slot")), id_of(values));
    if (!plugged) return plugged.error();
    return "found it, " + wrote_text(machine.hotplug_driver.scan_cpus());
  };
  return action;
}

TriggerAction unplug_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "unplug", .doc = "the guest is asked for a CPU and answers"};
  action.arguments = {
      {.name = "id", .kind = TriggerArgument::Kind::text, .standard = "cpu1", .doc = "id or path of the CPU"},
      outcome_argument()};
  action.act = [&machine](const TriggerValues& values) { return unplug(machine, kCpus, values); };
  return action;
}

TriggerAction write_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "write", .doc = "the guest writes to a register"};
  action.arguments = register_arguments();
  action.act = [&machine](const TriggerValues& values) {
    return write_register(machine, machine.cpus.base(), values);
  };
  return action;
}

}  // namespace

TriggerDevice cpu_triggers(const TriggerStage& stage) {
  ReferenceMachine& machine = stage.machine;
  TriggerDevice device{.name = "cpu", .doc = "the CPU slots, hot-plug registers at port 0xcd8"};
  device.state = [&machine] { return slots_text(machine); };
  device.example = "cpu unplug id=cpu1 outcome=refused";
  device.actions = {ost_action(machine), plug_action(machine), unplug_action(machine), write_action(machine)};
  return device;
}

}  // namespace qmpev
