// SPDX-License-Identifier: MIT
#include "hypervisor/machine_triggers.hpp"

#include <utility>

#include "event/event_tables.hpp"

namespace qmpev {

namespace {

using Act = std::function<Result<std::string>(const TriggerValues&)>;

TriggerAction guest_writes(ReferenceMachine& machine, std::string name, std::string doc, PortWrite write) {
  return {.name = std::move(name),
          .doc = std::move(doc),
          .act = [&machine, write](const TriggerValues&) -> Result<std::string> {
            machine.out(write);
            return wrote_text({write});
          }};
}

/// `change` says what it did. The guest may have to start or to stand still afterwards.
TriggerAction host_does(const TriggerStage& stage, std::string name, std::string doc,
                        std::function<Result<std::string>(Machine&, const TriggerValues&)> change) {
  return {.name = std::move(name),
          .doc = std::move(doc),
          .actor = Actor::host,
          .act = [stage, change = std::move(change)](const TriggerValues& values) {
            auto done = change(stage.machine.machine, values);
            stage.guest.wake();
            return done;
          }};
}

TriggerAction host_does(const TriggerStage& stage, std::string name, std::string doc, std::string done,
                        void (*change)(Machine&)) {
  return host_does(stage, std::move(name), std::move(doc),
                   [done = std::move(done), change](Machine& machine, const TriggerValues&) {
                     change(machine);
                     return Result<std::string>(done);
                   });
}

Result<std::string> resume(Machine& machine, const TriggerValues&) {
  if (machine.cont()) return std::string("resumed the machine");
  return Error{ErrorCode::invalid_argument, "the machine has to be reset first: use machine reset"};
}

ShutdownCause cause_of(const std::string& word) {
  for (const ShutdownCause cause :
       {ShutdownCause::host_error, ShutdownCause::host_signal, ShutdownCause::host_ui})
    if (word == wire_name(cause)) return cause;
  return ShutdownCause::none;
}

TriggerAction end(const TriggerStage& stage) {
  TriggerAction action = host_does(stage, "end", "SHUTDOWN and the end of the process, whatever the policy",
                                   [](Machine& machine, const TriggerValues& values) {
                                     const std::string& cause = values.text("cause");
                                     machine.end(cause_of(cause));
                                     return Result<std::string>("ended the machine: " + cause);
                                   });
  action.arguments = {{.name = "cause",
                       .kind = TriggerArgument::Kind::word,
                       .standard = "host-ui",
                       .doc = "what SHUTDOWN says",
                       .words = {"host-error", "host-signal", "host-ui"}}};
  return action;
}

RunState failure_of(const std::string& word_of_state) {
  for (const RunState state : {RunState::io_error, RunState::watchdog})
    if (word_of_state == word(state)) return state;
  return RunState::internal_error;
}

TriggerAction fail(const TriggerStage& stage) {
  TriggerAction action =
      host_does(stage, "fail", "STOP in a state that names a failure; what failed says nothing here",
                [](Machine& machine, const TriggerValues& values) {
                  const std::string& state = values.text("state");
                  machine.fail(failure_of(state));
                  return Result<std::string>("stopped the machine: " + state);
                });
  action.arguments = {{.name = "state",
                       .kind = TriggerArgument::Kind::word,
                       .standard = "internal-error",
                       .doc = "after internal-error only a reset helps",
                       .words = {"internal-error", "io-error", "watchdog"}}};
  return action;
}

std::string state_of(const Machine& machine) {
  std::string text(machine.status().word);
  const MachineActions actions = machine.actions();
  for (const std::string_view name : action_names()) {
    text.append(text.find(',') == std::string::npos ? ", " : " ").append(name).append("=");
    text.append(action_word(actions, name));
  }
  return text;
}

}  // namespace

TriggerDevice machine_triggers(const TriggerStage& stage) {
  ReferenceMachine& machine = stage.machine;
  TriggerDevice device{.name = "machine", .doc = "the machine as a whole"};
  device.state = [&machine] { return state_of(machine.machine); };
  device.example = "machine reboot";
  device.actions = {
      guest_writes(machine, "reboot", "the guest resets the machine",
                   {kResetControlPort, kSystemReset | kResetCpu, 1}),
      guest_writes(machine, "shutdown", "the guest switches the machine off",
                   {kPm1ControlPort, kPm1SleepEnable, 2}),
      host_does(stage, "stop", "as the command stop", "stopped the machine",
                [](Machine& changed) { changed.stop(); }),
      host_does(stage, "cont", "as the command cont", resume),
      host_does(stage, "reset", "as the command system_reset", "reset the machine",
                [](Machine& changed) { changed.reset(ShutdownCause::host_qmp_system_reset); }),
      host_does(stage, "powerdown", "as the command system_powerdown", "pressed the power button",
                [](Machine& changed) { changed.powerdown(); }),
      fail(stage),
      end(stage),
  };
  return device;
}

}  // namespace qmpev
