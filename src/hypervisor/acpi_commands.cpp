// SPDX-License-Identifier: MIT
#include "hypervisor/acpi_commands.hpp"

#include "event/event_tables.hpp"
#include "hypervisor/json_answer.hpp"

namespace qmpev {

namespace {

Answer query_ospm_status(const MemoryHotplug& memory) {
  JsonArray* slots = json_array_new();
  for (const MemoryHotplug::SlotStatus& row : memory.ospm_status()) {
    JsonObject* slot = json_object_new();
    if (!row.device_id.empty()) set_text(slot, "device", row.device_id);
    set_text(slot, "slot", SlotText(row.slot).view());
    set_text(slot, "slot-type", wire_name(row.report.slot_type));
    json_object_set_int_member(slot, "source", row.report.source);
    json_object_set_int_member(slot, "status", row.report.status);
    json_array_add_object_element(slots, slot);
  }
  return answer_of(slots);
}

}  // namespace

Result<void> add_acpi_commands(Server& server, ReferenceMachine& machine) {
  return server.add_command(
      {"query-acpi-ospm-status", {}, [&machine](JsonObject*) { return query_ospm_status(machine.memory); }});
}

}  // namespace qmpev
