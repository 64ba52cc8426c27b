// SPDX-License-Identifier: MIT
// Every captured scenario of a panic, done to the reference machine: the same lines in the same order, byte
// for byte but for the time. The table is made by hand from what each scenario says was done; one that is in
// the file and not in the table fails the test.
#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "devices/machine.hpp"
#include "devices/pvpanic.hpp"
#include "support/captures.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

struct Stage {
  Machine& machine;
  Pvpanic& pvpanic;
};
using Step = std::function<void(const Stage&)>;
using Actions = std::vector<std::pair<std::string, std::string>>;

struct Scenario {
  std::string name;
  Actions actions;  ///< as QEMU was started, its own standards included
  bool start_running;
  std::vector<Step> steps;
  std::string state;       ///< query-status at the end, if there still was a machine
  std::optional<int> end;  ///< exit status, if it ended
  std::size_t unseen = 0;  ///< lines of a scenario before this one, which this one goes on from
};

Step outb(std::uint8_t value) {
  return [value](const Stage& stage) { stage.pvpanic.out(value, Access::main_loop); };
}

Step vcpu_out(std::uint8_t value) {
  return [value](const Stage& stage) { stage.pvpanic.out(value, Access::vcpu); };
}

const Step cont = [](const Stage& stage) { stage.machine.cont(); };
const Step system_reset = [](const Stage& stage) {
  stage.machine.reset(ShutdownCause::host_qmp_system_reset);
};

const Actions kStandard{{"panic", "shutdown"}};
const Actions kPause{{"panic", "pause"}};
const Actions kNone{{"panic", "none"}};
const Actions kExitFailure{{"panic", "exit-failure"}};
const Actions kNoShutdown{{"panic", "shutdown"}, {"shutdown", "pause"}};

std::vector<Scenario> scenarios() {
  return {
      {"qtest, running, -action panic=none", kNone, true, {outb(1), outb(1), cont, outb(2)}, "running", {}},
      {"qtest, running, -action panic=shutdown", kStandard, true, {outb(1), outb(1), cont, outb(2)}, "", 0},
      {"qtest, running, -action panic=exit-failure",
       kExitFailure,
       true,
       {outb(1), outb(1), cont, outb(2)},
       "",
       1},
      {"qtest, running, -no-shutdown (=-action shutdown=pause) default panic",
       kNoShutdown,
       true,
       {outb(1), system_reset, cont},
       "running",
       {}},
      {"qtest, running, -action shutdown=pause,panic=exit-failure",
       {{"shutdown", "pause"}, {"panic", "exit-failure"}},
       true,
       {outb(1)},
       "guest-panicked",
       {}},
      {"qtest, running, -action shutdown=pause,panic=none",
       {{"shutdown", "pause"}, {"panic", "none"}},
       true,
       {outb(1)},
       "running",
       {}},
      {"qtest, crashloaded", kPause, true, {outb(2)}, "running", {}},
      {"qtest, value 3 (both bits): only panicked", kPause, true, {outb(3)}, "guest-panicked", {}},
      {"qtest, value 0, 4, 8, 0xfe, 0xff",
       kNone,
       true,
       {outb(0), outb(4), outb(8), outb(0xfe), outb(0xff)},
       "",
       0},
      {"vcpu writes 1, default action", kStandard, false, {cont, vcpu_out(1)}, "", 0},
      {"vcpu writes 1 twice back to back, -action panic=pause",
       kPause,
       false,
       {cont, vcpu_out(1), cont, vcpu_out(1)},  // the machine stood still between the two writes
       "guest-panicked",
       {}},
      {"vcpu writes 2 then 1, -action panic=pause",
       kPause,
       false,
       {cont, vcpu_out(2), vcpu_out(1)},
       "guest-panicked",
       {}},
      {"vcpu writes 1, -no-shutdown", kNoShutdown, false, {cont, vcpu_out(1)}, "guest-panicked", {}},
      {"vcpu writes 1, -action panic=exit-failure", kExitFailure, false, {cont, vcpu_out(1)}, "", 1},
      {"real Linux 6.1 guest: guest panic", kStandard, true, {vcpu_out(1)}, "", 0},
      {"real Linux 6.1 guest: panic action pause", kPause, true, {vcpu_out(1)}, "guest-panicked", {}},
      {"real Linux 6.1 guest: cont", kPause, true, {vcpu_out(1), cont}, "running", {}, 2},
      {"real Linux 6.1 guest: panic action none", kNone, true, {vcpu_out(1)}, "running", {}},
  };
}

/// Whether an event of a real guest's session belongs to its panic.
bool is_of_panic(const std::string& event) {
  static const std::set<std::string> kNames{
      "GUEST_CRASHLOADED", "GUEST_PANICKED", "GUEST_PVSHUTDOWN", "RESET", "RESUME", "SHUTDOWN", "STOP"};
  return kNames.count(event) != 0;
}

std::set<std::string> captured_scenarios() {
  std::set<std::string> names;
  for (const test::Capture& capture : test::captures())
    if (capture.group == "panic" || (capture.group == "realguest" && is_of_panic(capture.name)))
      names.insert(capture.scenario);
  return names;
}

}  // namespace

TEST_CASE("every captured scenario of a panic is in the table, once", "[conformance]") {
  std::multiset<std::string> listed;
  for (const Scenario& scenario : scenarios()) listed.insert(scenario.name);
  const auto captured = captured_scenarios();
  REQUIRE_FALSE(captured.empty());
  CHECK(std::equal(listed.begin(), listed.end(), captured.begin(), captured.end()));
  for (const std::string& name : captured) {
    INFO("not in the table: " << name);
    CHECK(listed.count(name) == 1);
  }
}

TEST_CASE("a captured scenario of a panic gives the captured lines in their order", "[conformance]") {
  for (const Scenario& scenario : scenarios()) {
    INFO(scenario.name);
    MachineConfig config{{}, scenario.start_running};
    for (const auto& [name, word] : scenario.actions) REQUIRE(set_action(config.actions, name, word));

    test::RecordingEmitter recorder;
    std::optional<int> end;
    Machine machine(recorder.emitter, config, [&end](int exit_status) { end = exit_status; });
    Pvpanic pvpanic(machine);
    CHECK(pvpanic.in() == 7);
    for (const Step& step : scenario.steps) step({machine, pvpanic});

    auto lines = test::without_times(recorder.lines(WireForm::qemu));
    REQUIRE(lines.size() >= scenario.unseen);
    lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(scenario.unseen));
    CHECK(lines == test::captured_lines(scenario.name));
    CHECK(end == scenario.end);
    if (!scenario.end) CHECK(machine.status().word == scenario.state);
  }
}
