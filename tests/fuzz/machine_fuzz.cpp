// SPDX-License-Identifier: MIT
// Any access of the devices that stop, reset and end a machine, under policies that change meanwhile. What
// the events say must be what the machine is: STOP and RESUME take turns, the last of them says whether vCPUs
// run, and the end is told once and is the last word.
#include <array>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "devices/hyperv_crash.hpp"
#include "devices/machine.hpp"
#include "devices/power_ports.hpp"
#include "devices/pvpanic.hpp"
#include "devices/s390_cpu.hpp"
#include "fuzz/rounds.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;
using test::below;
using test::Random;

namespace {

constexpr int kActions = 60;

MachineActions actions(Random& random) {
  MachineActions actions;
  for (const std::string_view name : action_names()) {
    const auto words = action_words(name);
    REQUIRE(set_action(actions, name, words[below(random, words.size())]));
  }
  return actions;
}

Access access(Random& random) {
  return below(random, 2) == 0 ? Access::vcpu : Access::main_loop;
}

/// Few bits or many, so that PSWs and ports are often, but not always, what they should be.
std::uint64_t number(Random& random) {
  return below(random, 2) == 0 ? random() & random() & random() & random() : random();
}

struct Devices {
  explicit Devices(Random& random)
      : machine(rig.emitter, {actions(random), below(random, 2) == 0}, [this](int) { ++ends; }) {}

  void act(Random& random) {
    switch (below(random, 8)) {
      case 0:
        return write_pvpanic(random);
      case 1:
        return use_hyperv(random);
      case 2:
      case 3:
        return use_s390(random);
      case 4:
        return power.out(port(random), static_cast<std::uint32_t>(number(random)));
      case 5:
        if (below(random, 4) == 0) machine.set_actions(actions(random));
        return;
      default:
        return use_machine(random);
    }
  }

  static std::uint16_t port(Random& random) {
    constexpr std::uint16_t kPorts[] = {kPm1ControlPort, kResetControlPort};
    return below(random, 4) == 0 ? static_cast<std::uint16_t>(random()) : kPorts[below(random, 2)];
  }

  void write_pvpanic(Random& random) {
    std::array<std::uint8_t, 16> data;
    for (auto& byte : data) byte = static_cast<std::uint8_t>(number(random));
    const std::size_t size = below(random, data.size() + 1);
    const std::uint64_t offset = below(random, 2) == 0 ? 0 : number(random);
    pvpanic.write(offset, {data.data(), size}, access(random));
    pvpanic.read(offset, {data.data(), size});
  }

  void use_hyperv(Random& random) {
    const auto msr = static_cast<std::uint32_t>(kHypervCrashP0 + below(random, 8) - 1);
    const bool there = hyperv.write(msr, random(), access(random));
    REQUIRE(there == hyperv.read(msr).has_value());
  }

  void use_s390(Random& random) {
    const Psw psw{number(random), number(random)};
    switch (below(random, 5)) {
      case 0:
        return s390.set_external_new_psw(psw);
      case 1:
        return s390.set_program_new_psw(psw);
      case 2:
        return s390.external_interrupt(access(random));
      case 3:
        return s390.operation_exception(access(random));
      default:
        return s390.load_psw(psw, access(random));
    }
  }

  void use_machine(Random& random) {
    constexpr RunState kFailures[] = {RunState::internal_error, RunState::io_error, RunState::watchdog};
    switch (below(random, 6)) {
      case 0:
        return machine.stop();
      case 1:
        resume();
        return;
      case 2:
        return machine.reset(ShutdownCause::host_qmp_system_reset);
      case 3:
        return machine.powerdown();
      case 4:
        return machine.fail(kFailures[below(random, std::size(kFailures))]);
      default:
        if (below(random, 20) == 0) machine.end(ShutdownCause::host_signal);
    }
  }

  void resume() {
    const bool wants_reset = machine.status().word == "internal-error" || machine.status().word == "shutdown";
    if (!machine.cont()) REQUIRE(wants_reset);
  }

  test::RecordingEmitter rig;
  int ends = 0;
  Machine machine;
  Pvpanic pvpanic{machine};
  HypervCrash hyperv{machine};
  PowerPorts power{machine};
  S390Cpu s390{machine, 0};
};

void play(Random& random) {
  Devices devices(random);
  bool running = devices.machine.status().running;
  std::size_t read = 0;
  for (int i = 0; i < kActions; ++i) {
    devices.act(random);
    devices.rig.core->settle(devices.rig.sink);
    const auto& records = devices.rig.sink.records;
    for (; read < records.size(); ++read) {
      if (records[read].kind == EventKind::stop) {
        REQUIRE(running);
        running = false;
      } else if (records[read].kind == EventKind::resume) {
        REQUIRE_FALSE(running);
        running = true;
      }
    }
    if (devices.ends > 0) break;
    REQUIRE(devices.machine.status().running == running);
  }
  if (devices.ends == 0) return;
  const std::size_t told = devices.rig.sink.records.size();
  REQUIRE(devices.rig.sink.records.back().kind == EventKind::shutdown);
  for (int i = 0; i < kActions; ++i) devices.act(random);
  devices.rig.core->settle(devices.rig.sink);
  REQUIRE(devices.rig.sink.records.size() == told);
  REQUIRE(devices.ends == 1);
  REQUIRE_FALSE(devices.machine.status().running);
}

}  // namespace

TEST_CASE("whatever a guest does, the events say what the machine is", "[fuzz]") {
  test::fuzz("machine", 500, play);
}
