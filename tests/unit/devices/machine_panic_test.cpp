// SPDX-License-Identifier: MIT
// What a panic becomes under each pair of policies, from each kind of thread.
#include <catch2/catch.hpp>

#include "machine_fixture.hpp"

using namespace qmpev;
using test::with;

namespace {

using Said = std::vector<std::string>;
using Fixture = test::MachineFixture;

struct Row {
  std::string panic, shutdown;
  Access access;
  Said said;
  std::string state;
  std::vector<int> ends;
};

const Row kRows[] = {
    {"pause", "poweroff", Access::vcpu, {"GUEST_PANICKED pause", "STOP"}, "guest-panicked", {}},
    {"pause", "poweroff", Access::main_loop, {"GUEST_PANICKED pause", "STOP"}, "guest-panicked", {}},
    {"pause", "pause", Access::vcpu, {"GUEST_PANICKED pause", "STOP"}, "guest-panicked", {}},
    {"shutdown",
     "poweroff",
     Access::vcpu,
     {"GUEST_PANICKED poweroff", "SHUTDOWN guest-panic"},
     "shutdown",
     {0}},
    {"shutdown",
     "poweroff",
     Access::main_loop,
     {"GUEST_PANICKED poweroff", "STOP", "SHUTDOWN guest-panic"},
     "shutdown",
     {0}},
    {"shutdown", "pause", Access::vcpu, {"GUEST_PANICKED pause", "STOP"}, "guest-panicked", {}},
    {"shutdown", "pause", Access::main_loop, {"GUEST_PANICKED pause", "STOP"}, "guest-panicked", {}},
    {"exit-failure",
     "poweroff",
     Access::vcpu,
     {"GUEST_PANICKED poweroff", "SHUTDOWN guest-panic"},
     "shutdown",
     {1}},
    {"exit-failure",
     "poweroff",
     Access::main_loop,
     {"GUEST_PANICKED poweroff", "STOP", "SHUTDOWN guest-panic"},
     "shutdown",
     {1}},
    {"exit-failure",
     "pause",
     Access::vcpu,
     {"GUEST_PANICKED poweroff", "STOP", "SHUTDOWN guest-panic"},
     "guest-panicked",
     {}},
    {"exit-failure",
     "pause",
     Access::main_loop,
     {"GUEST_PANICKED poweroff", "STOP", "SHUTDOWN guest-panic"},
     "guest-panicked",
     {}},
    {"none", "poweroff", Access::vcpu, {"GUEST_PANICKED run"}, "running", {}},
    {"none", "pause", Access::main_loop, {"GUEST_PANICKED run"}, "running", {}},
};

}  // namespace

TEST_CASE("a panic becomes what the two policies make of it", "[devices]") {
  for (const Row& row : kRows) {
    INFO("panic=" << row.panic << " shutdown=" << row.shutdown << " access=" << static_cast<int>(row.access));
    Fixture fixture(with("panic", row.panic, with("shutdown", row.shutdown)));
    fixture.machine.guest_panicked(row.access);
    CHECK(fixture.said() == row.said);
    CHECK(fixture.state() == row.state);
    CHECK(fixture.ends == row.ends);
    CHECK(fixture.machine.status().running == (row.state == "running"));
  }
}

TEST_CASE("a panicked machine can go on", "[devices]") {
  Fixture fixture;
  fixture.machine.guest_panicked(Access::vcpu);
  CHECK(fixture.machine.cont());
  CHECK(fixture.said() == Said{"GUEST_PANICKED pause", "STOP", "RESUME"});
}

TEST_CASE("a panic of a machine that does not run is told without STOP and keeps its state", "[devices]") {
  SECTION("prelaunch") {
    Fixture fixture({{}, false});
    fixture.machine.guest_panicked(Access::main_loop);
    CHECK(fixture.said() == Said{"GUEST_PANICKED pause"});
    CHECK(fixture.state() == "prelaunch");
  }
  SECTION("paused") {
    Fixture fixture;
    fixture.machine.stop();
    fixture.machine.guest_panicked(Access::main_loop);
    CHECK(fixture.said() == Said{"STOP", "GUEST_PANICKED pause"});
    CHECK(fixture.state() == "paused");
  }
  SECTION("panicked already") {
    Fixture fixture;
    fixture.machine.guest_panicked(Access::main_loop);
    fixture.machine.guest_panicked(Access::main_loop);
    CHECK(fixture.said() == Said{"GUEST_PANICKED pause", "STOP", "GUEST_PANICKED pause"});
    CHECK(fixture.state() == "guest-panicked");
  }
  SECTION("paused, and a panic is the end") {
    Fixture fixture(with("panic", "exit-failure"));
    fixture.machine.stop();
    fixture.machine.guest_panicked(Access::main_loop);
    CHECK(fixture.said() == Said{"STOP", "GUEST_PANICKED poweroff", "SHUTDOWN guest-panic"});
    CHECK(fixture.ends == std::vector<int>{1});
  }
}

TEST_CASE("policies can be changed while the machine runs", "[devices]") {
  Fixture fixture;
  CHECK(fixture.machine.actions() == MachineActions{});
  fixture.machine.set_actions(with("panic", "none").actions);
  CHECK(fixture.machine.actions().panic == PanicPolicy::none);
  fixture.machine.guest_panicked(Access::vcpu);
  fixture.machine.set_actions({});
  fixture.machine.guest_panicked(Access::vcpu);
  CHECK(fixture.said() == Said{"GUEST_PANICKED run", "GUEST_PANICKED pause", "STOP"});
}

TEST_CASE("a guest with a crash kernel runs on whatever the policy", "[devices]") {
  for (const std::string_view policy : action_words("panic")) {
    Fixture fixture(with("panic", policy));
    fixture.machine.guest_crashloaded();
    CHECK(fixture.said() == Said{"GUEST_CRASHLOADED run"});
    CHECK(fixture.state() == "running");
  }
}

TEST_CASE("details of a panic are in QEMU's form only", "[devices]") {
  Fixture fixture;
  fixture.machine.guest_panicked(Access::vcpu, s390_details(1, 2, 3, S390CrashReason::disabled_wait));
  CHECK(fixture.recorder.lines(WireForm::qemu)[0].find(
            R"("data": {"action": "pause", "info": {"core": 1, "psw-addr": 3, "reason": "disabled-wait", )"
            R"("psw-mask": 2, "type": "s390"}}})") != std::string::npos);
  CHECK(fixture.recorder.lines(WireForm::document)[0].find(R"("data": {"action": "pause"}})") !=
        std::string::npos);
}
