// SPDX-License-Identifier: MIT
#include "hypervisor/s390_triggers.hpp"

#include <array>
#include <cstdio>

#include "hypervisor/panic_source.hpp"

namespace qmpev {

namespace {

constexpr Psw kImpossible{std::uint64_t{1} << 63, 0};  // bit 0 is unassigned

std::string text_of(const Psw& psw) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%#llx:%#llx", static_cast<unsigned long long>(psw.mask),
                static_cast<unsigned long long>(psw.addr));
  return text.data();
}

TriggerArgument address() {
  return {.name = "addr", .standard = "0x10000", .doc = "where the PSW points", .max = UINT64_MAX};
}

using Drive = Result<std::string> (*)(S390Cpu&, const TriggerValues&);

TriggerAction crash(S390Cpu& cpu, std::string name, std::string doc, Drive drive) {
  return {.name = std::move(name),
          .doc = std::move(doc),
          .arguments = {address(), panic_source()},
          .act = [&cpu, drive](const TriggerValues& values) { return drive(cpu, values); }};
}

Result<std::string> load(S390Cpu& cpu, const Psw& psw, const TriggerValues& values) {
  cpu.load_psw(psw, access_of(values));
  return "loaded PSW " + text_of(psw);
}

Result<std::string> wait_disabled(S390Cpu& cpu, const TriggerValues& values) {
  return load(cpu, {kPsw64Bit | kPswWait, values.number("addr")}, values);
}

Result<std::string> loop_external(S390Cpu& cpu, const TriggerValues& values) {
  const Psw psw{kPsw64Bit | kPswExternal, values.number("addr")};
  cpu.set_external_new_psw(psw);
  cpu.load_psw(psw, access_of(values));
  cpu.external_interrupt(access_of(values));
  return "external new PSW " + text_of(psw) + ", took an external interruption";
}

Result<std::string> loop_program(S390Cpu& cpu, const TriggerValues& values) {
  const Psw psw{kImpossible.mask, values.number("addr")};
  cpu.set_program_new_psw(psw);
  cpu.load_psw(psw, access_of(values));
  return "program new PSW " + text_of(psw) + ", loaded the same";
}

Result<std::string> loop_operation(S390Cpu& cpu, const TriggerValues& values) {
  const Psw psw{kPsw64Bit, values.number("addr")};
  cpu.set_program_new_psw(psw);
  cpu.load_psw(psw, access_of(values));
  cpu.operation_exception(access_of(values));
  return "program new PSW " + text_of(psw) + ", met no instruction there";
}

Result<std::string> load_given(S390Cpu& cpu, const TriggerValues& values) {
  return load(cpu, {values.number("mask"), values.number("addr")}, values);
}

}  // namespace

TriggerDevice s390_triggers(const TriggerStage& stage) {
  ReferenceMachine& machine = stage.machine;
  S390Cpu& cpu = machine.s390;
  TriggerDevice device{.name = "s390", .doc = "a processor of an s390 machine: core 0"};
  device.state = [&machine] { return panic_state(machine.machine) + ", psw " + text_of(machine.s390.psw()); };
  device.example = "s390 disabled-wait";
  device.actions = {
      crash(cpu, "disabled-wait", "the processor waits with interruptions disabled", wait_disabled),
      crash(cpu, "extint-loop", "an external interruption is taken again and again", loop_external),
      crash(cpu, "pgmint-loop", "the new PSW of program interruptions cannot be loaded", loop_program),
      crash(cpu, "opint-loop", "the handler of operation exceptions is no instruction", loop_operation),
      crash(cpu, "load-psw", "any PSW is loaded", load_given),
  };
  device.actions.back().arguments.insert(
      device.actions.back().arguments.begin(),
      {.name = "mask", .doc = "the PSW's control half", .max = UINT64_MAX});
  return device;
}

}  // namespace qmpev
