// SPDX-License-Identifier: MIT
#include "hypervisor/cpu_commands.hpp"

#include "hypervisor/json_answer.hpp"

namespace qmpev {

namespace {

/// A socket has one processor, as a slot has.
JsonObject* place_of(const PluggedCpu& cpu) {
  JsonObject* place = json_object_new();
  json_object_set_int_member(place, "socket-id", cpu.slot);
  json_object_set_int_member(place, "core-id", 0);
  json_object_set_int_member(place, "thread-id", 0);
  return place;
}

JsonObject* cpu_object(const PluggedCpu& cpu, gint64 thread_id) {
  JsonObject* object = json_object_new();
  json_object_set_int_member(object, "cpu-index", cpu.slot);
  set_text(object, "qom-path", cpu.path);
  json_object_set_int_member(object, "thread-id", thread_id);
  json_object_set_object_member(object, "props", place_of(cpu));
  set_text(object, "target", "x86_64");
  return object;
}

Answer query_cpus(const ReferenceMachine& machine, const Guest& guest) {
  JsonArray* cpus = json_array_new();
  for (const PluggedCpu& cpu : machine.cpus.cpus())
    json_array_add_object_element(cpus, cpu_object(cpu, guest.thread_id()));
  return answer_of(cpus);
}

}  // namespace

Result<void> add_cpu_commands(Server& server, const ReferenceMachine& machine, const Guest& guest) {
  return server.add_command(
      query("query-cpus-fast", [&machine, &guest] { return query_cpus(machine, guest); }));
}

}  // namespace qmpev
