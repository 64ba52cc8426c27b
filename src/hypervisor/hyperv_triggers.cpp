// SPDX-License-Identifier: MIT
#include "hypervisor/hyperv_triggers.hpp"

#include <array>
#include <cstdio>

#include "hypervisor/panic_source.hpp"

namespace qmpev {

namespace {

std::string parameter(std::size_t index) {
  return "p" + std::to_string(index);
}

std::string hex(std::uint64_t value) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%#llx", static_cast<unsigned long long>(value));
  return text.data();
}

Result<std::string> crash(HypervCrash& registers, const TriggerValues& values) {
  const Access access = access_of(values);
  std::string done = "wrote";
  const auto write = [&](std::uint32_t msr, std::uint64_t value) {
    registers.write(msr, value, access);
    done += " msr " + hex(msr) + "<-" + hex(value);
  };
  for (std::uint32_t i = 0; i < kHypervCrashParameters; ++i)
    write(kHypervCrashP0 + i, values.number(parameter(i)));
  write(kHypervCrashControl, kHypervCrashNotify);
  return done;
}

std::vector<TriggerArgument> crash_arguments() {
  std::vector<TriggerArgument> arguments;
  for (std::size_t i = 0; i < kHypervCrashParameters; ++i)
    arguments.push_back({.name = parameter(i),
                         .standard = "0",
                         .doc = i == 0 ? "the bug check code" : "a parameter of the bug check",
                         .max = UINT64_MAX});
  arguments.push_back(panic_source());
  return arguments;
}

}  // namespace

TriggerDevice hyperv_triggers(const TriggerStage& stage) {
  ReferenceMachine& machine = stage.machine;
  TriggerDevice device{.name = "hyperv", .doc = "the crash registers of a Hyper-V guest"};
  device.state = [&machine] {
    std::string text = panic_state(machine.machine);
    for (std::uint32_t i = 0; i < kHypervCrashParameters; ++i)
      text += (i == 0 ? ", " : " ") + parameter(i) + "=" +
              hex(machine.hyperv.read(kHypervCrashP0 + i).value_or(0));
    return text;
  };
  device.example = "hyperv crash p0=0x7e";
  device.actions = {
      {.name = "crash",
       .doc = "the guest fills P0 to P4 and notifies: a panic with details",
       .arguments = crash_arguments(),
       .act = [&machine](const TriggerValues& values) { return crash(machine.hyperv, values); }}};
  return device;
}

}  // namespace qmpev
