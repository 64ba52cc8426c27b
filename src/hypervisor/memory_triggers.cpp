// SPDX-License-Identifier: MIT
#include "hypervisor/memory_triggers.hpp"

#include "hypervisor/hotplug_trigger.hpp"

namespace qmpev {

namespace {

constexpr SlotKind kDimms{
    AcpiSlotType::dimm, "DIMM",
    [](const ReferenceMachine& machine, const std::string& id) { return machine.memory.slot_of(id); },
    [](ReferenceMachine& machine, std::uint32_t slot) { return machine.memory.request_unplug(slot); },
    &HotplugDriver::scan_dimms};

/// "slot 0 dimm0 128M ost 0/0, slot 1 ..."
std::string slots_text(const ReferenceMachine& machine) {
  std::string text;
  for (const SlotStatus& row : machine.memory.ospm_status()) {
    const auto dimm = machine.memory.dimm_in(row.slot);
    if (!text.empty()) text += ", ";
    text += "slot " + std::to_string(row.slot) + ' ';
    text += dimm ? (dimm->id.empty() ? "unnamed" : dimm->id) + ' ' + std::to_string(dimm->size >> 20) + 'M'
                 : "empty";
    text += " ost " + std::to_string(row.report.source) + '/' + std::to_string(row.report.status);
  }
  return text;
}

TriggerAction ost_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "ost", .doc = "the guest says how a request for a slot ended"};
  action.arguments = ost_arguments();
  action.act = [&machine](const TriggerValues& values) -> Result<std::string> {
    return write_all(machine,
                     {{kMemoryHotplugSelectorPort, static_cast<std::uint32_t>(values.number("slot"))},
                      {kMemoryHotplugOstEventPort, static_cast<std::uint32_t>(values.number("source"))},
                      {kMemoryHotplugOstStatusPort, static_cast<std::uint32_t>(values.number("status"))}});
  };
  return action;
}

TriggerAction plug_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "plug", .doc = "a DIMM is plugged in and the guest takes it into use"};
  action.arguments = {
      slot_argument("2"),
      id_argument(),
      {.name = "size", .standard = "128M", .doc = "bytes", .max = ReferenceMachine::kMaxDimmBytes},
      {.name = "node", .standard = "0", .doc = "NUMA node"}};
  action.act = [&machine](const TriggerValues& values) -> Result<std::string> {
    auto plugged =
        machine.plug_dimm(static_cast<std::uint32_t>(values.number("slot")), id_of(values),
                          values.number("size"), static_cast<std::uint32_t>(values.number("node")));
    if (!plugged) return plugged.error();
    return "found it, " + wrote_text(machine.hotplug_driver.scan_dimms());
  };
  return action;
}

TriggerAction unplug_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "unplug", .doc = "the guest is asked for a DIMM and answers"};
  action.arguments = {{.name = "id",
                       .kind = TriggerArgument::Kind::text,
                       .standard = "dimm1",
                       .doc = "id or path of the DIMM"},
                      outcome_argument()};
  action.act = [&machine](const TriggerValues& values) { return unplug(machine, kDimms, values); };
  return action;
}

TriggerAction write_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "write", .doc = "the guest writes to a register"};
  action.arguments = register_arguments();
  action.act = [&machine](const TriggerValues& values) {
    return write_register(machine, kMemoryHotplugSelectorPort, values);
  };
  return action;
}

}  // namespace

TriggerDevice memory_triggers(const TriggerStage& stage) {
  ReferenceMachine& machine = stage.machine;
  TriggerDevice device{.name = "memory", .doc = "the DIMM slots, hot-plug registers at port 0xa00"};
  device.state = [&machine] { return slots_text(machine); };
  device.example = "memory unplug id=dimm1 outcome=refused";
  device.actions = {ost_action(machine), plug_action(machine), unplug_action(machine), write_action(machine)};
  return device;
}

}  // namespace qmpev
