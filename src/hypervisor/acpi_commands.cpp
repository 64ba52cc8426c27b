// SPDX-License-Identifier: MIT
#include "hypervisor/acpi_commands.hpp"

#include <utility>

#include "event/event_tables.hpp"
#include "hypervisor/json_answer.hpp"

namespace qmpev {

namespace {

void add_slots(JsonArray* slots, const std::vector<SlotStatus>& rows) {
  for (const SlotStatus& row : rows) {
    JsonObject* slot = json_object_new();
    if (!row.device_id.empty()) set_text(slot, "device", row.device_id);
    set_text(slot, "slot", SlotText(row.slot).view());
    set_text(slot, "slot-type", wire_name(row.report.slot_type));
    json_object_set_int_member(slot, "source", row.report.source);
    json_object_set_int_member(slot, "status", row.report.status);
    json_array_add_object_element(slots, slot);
  }
}

Answer query_ospm_status(const ReferenceMachine& machine) {
  JsonArray* slots = json_array_new();
  add_slots(slots, machine.memory.ospm_status());
  add_slots(slots, machine.cpus.ospm_status());
  return answer_of(slots);
}

Answer delete_device(ReferenceMachine& machine, const std::string& id, const std::function<void()>& on_ask) {
  bool asked = false;
  if (const auto slot = machine.memory.slot_of(id)) {
    asked = machine.memory.request_unplug(*slot);
  } else if (const auto cpu_slot = machine.cpus.slot_of(id)) {
    asked = machine.cpus.request_unplug(*cpu_slot);
  }
  if (!asked) return Answer::error(ErrorClass::device_not_found, "Device '" + id + "' not found");
  on_ask();
  return Answer::empty();
}

}  // namespace

Result<void> add_acpi_commands(Server& server, ReferenceMachine& machine, std::function<void()> on_ask) {
  auto added =
      server.add_command(query("query-acpi-ospm-status", [&machine] { return query_ospm_status(machine); }));
  if (!added) return added.error();
  return server.add_command({"device_del", {}, [&machine, on_ask = std::move(on_ask)](JsonObject* arguments) {
                               return delete_device(machine, json_object_get_string_member(arguments, "id"),
                                                    on_ask);
                             }});
}

}  // namespace qmpev
