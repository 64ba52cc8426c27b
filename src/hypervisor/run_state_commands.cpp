// SPDX-License-Identifier: MIT
#include "hypervisor/run_state_commands.hpp"

#include <string>
#include <utility>

#include "base/assert.hpp"

namespace qmpev {

namespace {

Answer cont(Machine& machine) {
  if (machine.cont()) return Answer::empty();
  return Answer::error(ErrorClass::generic_error, "Resetting the Virtual Machine is required");
}

Answer set_action_command(Machine& machine, JsonObject* arguments) {
  MachineActions actions = machine.actions();
  for (const std::string_view name : action_names()) {
    const std::string member(name);
    if (!json_object_has_member(arguments, member.c_str())) continue;
    const bool known = set_action(actions, name, json_object_get_string_member(arguments, member.c_str()));
    QMPEV_ASSERT(known);  // the schema has the same words
  }
  machine.set_actions(actions);
  return Answer::empty();
}

}  // namespace

RunControl run_control(std::function<Machine&()> machine, std::function<void()> on_change) {
  const auto changed_by = [machine, on_change = std::move(on_change)](void (*change)(Machine&)) {
    return [machine, on_change, change] {
      change(machine());
      on_change();
      return Answer::empty();
    };
  };
  RunControl control;
  control.status = [machine] {
    const MachineStatus status = machine().status();
    return RunStatus{std::string(status.word), status.running};
  };
  control.stop = changed_by([](Machine& changed) { changed.stop(); });
  control.cont = [machine, wake = changed_by([](Machine&) {})] {
    Answer answer = cont(machine());
    return answer.is_error() ? std::move(answer) : wake();
  };
  control.reset = changed_by([](Machine& changed) { changed.reset(ShutdownCause::host_qmp_system_reset); });
  control.powerdown = changed_by([](Machine& changed) { changed.powerdown(); });
  control.quit = changed_by([](Machine& changed) { changed.end(ShutdownCause::host_qmp_quit); });
  control.preconfig = [machine] { return machine().preconfig(); };
  return control;
}

Result<void> add_run_state_commands(Server& server, Machine& machine, std::function<void()> on_change) {
  Command exit{"x-exit-preconfig", {}, [&machine, on_change = std::move(on_change)](JsonObject*) {
                 if (!machine.exit_preconfig())
                   return Answer::error(ErrorClass::generic_error,
                                        "The command is permitted only before machine initialization");
                 on_change();
                 return Answer::empty();
               }};
  if (auto added = server.add_command(std::move(exit)); !added) return added.error();
  return server.add_command({"set-action", {}, [&machine](JsonObject* arguments) {
                               return set_action_command(machine, arguments);
                             }});
}

}  // namespace qmpev
