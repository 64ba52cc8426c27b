// SPDX-License-Identifier: MIT
#include "devices/machine.hpp"

#include <catch2/catch.hpp>

#include "machine_fixture.hpp"

using namespace qmpev;
using test::with;

namespace {

using Said = std::vector<std::string>;
using Fixture = test::MachineFixture;
constexpr ShutdownCause kHostReset = ShutdownCause::host_qmp_system_reset;

}  // namespace

TEST_CASE("stop and cont speak only when they change something", "[devices]") {
  Fixture fixture;
  CHECK(fixture.machine.cont());
  CHECK(fixture.said().empty());
  CHECK(fixture.state() == "running");
  fixture.machine.stop();
  fixture.machine.stop();
  CHECK(fixture.state() == "paused");
  CHECK_FALSE(fixture.machine.status().running);
  CHECK(fixture.machine.cont());
  CHECK(fixture.said() == Said{"STOP", "RESUME"});
  CHECK(fixture.machine.status().running);
}

TEST_CASE("a machine can wait to be started", "[devices]") {
  Fixture fixture({{}, false});
  CHECK(fixture.state() == "prelaunch");
  fixture.machine.stop();
  CHECK(fixture.state() == "prelaunch");
  CHECK(fixture.machine.cont());
  CHECK(fixture.said() == Said{"RESUME"});
  CHECK(fixture.machine.status().running);
}

TEST_CASE("a reset leaves a running machine running and makes a stopped one new", "[devices]") {
  Fixture fixture;
  fixture.machine.reset(kHostReset);
  CHECK(fixture.state() == "running");
  fixture.machine.stop();
  fixture.machine.reset(ShutdownCause::guest_reset);
  CHECK(fixture.state() == "prelaunch");
  fixture.machine.cont();
  CHECK(fixture.said() == Said{"RESET host-qmp-system-reset", "STOP", "RESET guest-reset", "RESUME"});
}

TEST_CASE("resets say whether the guest asked for them", "[devices]") {
  Fixture fixture;
  fixture.machine.reset(kHostReset);
  fixture.machine.reset(ShutdownCause::guest_reset);
  const auto lines = fixture.recorder.lines(WireForm::qemu);
  CHECK(lines[0].find(R"("data": {"guest": false, "reason": "host-qmp-system-reset"}})") !=
        std::string::npos);
  CHECK(lines[1].find(R"("data": {"guest": true, "reason": "guest-reset"}})") != std::string::npos);
}

TEST_CASE("a machine that is not to reboot ends with the reset's cause", "[devices]") {
  Fixture fixture(with("reboot", "shutdown"));
  SECTION("the guest's reset") {
    fixture.machine.reset(ShutdownCause::guest_reset);
    CHECK(fixture.said() == Said{"SHUTDOWN guest-reset"});
    CHECK(fixture.ends == std::vector<int>{0});
  }
  SECTION("the host's reset") {
    fixture.machine.reset(kHostReset);
    CHECK(fixture.said() == Said{"SHUTDOWN host-qmp-system-reset"});
    CHECK(fixture.ends == std::vector<int>{0});
  }
  SECTION("a reset that is part of something else is one") {
    fixture.machine.reset(ShutdownCause::subsystem_reset);
    fixture.machine.reset(ShutdownCause::snapshot_load);
    CHECK(fixture.said() == Said{"RESET subsystem-reset", "RESET snapshot-load"});
    CHECK(fixture.ends.empty());
  }
  SECTION("it pauses instead, where an end is a pause") {
    fixture.machine.set_actions(with("reboot", "shutdown", with("shutdown", "pause")).actions);
    fixture.machine.reset(ShutdownCause::guest_reset);
    CHECK(fixture.said() == Said{"SHUTDOWN guest-reset", "STOP"});
    CHECK(fixture.state() == "shutdown");
    CHECK(fixture.ends.empty());
  }
}

TEST_CASE("powerdown asks the guest and changes nothing", "[devices]") {
  Fixture fixture;
  fixture.machine.powerdown();
  CHECK(fixture.said() == Said{"POWERDOWN"});
  CHECK(fixture.machine.status().running);
}

TEST_CASE("a machine ends once, and nothing happens to it afterwards", "[devices]") {
  Fixture fixture;
  CHECK_FALSE(fixture.machine.ended());
  fixture.machine.end(ShutdownCause::host_signal);
  CHECK(fixture.machine.ended());
  CHECK(fixture.said() == Said{"SHUTDOWN host-signal"});
  fixture.machine.end(ShutdownCause::host_qmp_quit);
  fixture.machine.shutdown(ShutdownCause::guest_shutdown);
  CHECK(fixture.machine.cont());
  fixture.machine.stop();
  fixture.machine.powerdown();
  fixture.machine.reset(kHostReset);
  fixture.machine.fail(RunState::io_error);
  fixture.machine.guest_panicked(Access::vcpu);
  fixture.machine.guest_crashloaded();
  fixture.machine.guest_pvshutdown();
  CHECK(fixture.said() == Said{"SHUTDOWN host-signal"});
  CHECK(fixture.ends == std::vector<int>{0});
  CHECK(fixture.state() == "shutdown");
  CHECK_FALSE(fixture.machine.status().running);
}

TEST_CASE("a guest that switches off ends the machine", "[devices]") {
  Fixture fixture;
  fixture.machine.shutdown(ShutdownCause::guest_shutdown);
  CHECK(fixture.said() == Said{"SHUTDOWN guest-shutdown"});
  CHECK(fixture.ends == std::vector<int>{0});
}

TEST_CASE("where an end is a pause, only a reset leads on", "[devices]") {
  Fixture fixture(with("shutdown", "pause"));
  fixture.machine.shutdown(ShutdownCause::guest_shutdown);
  CHECK(fixture.said() == Said{"SHUTDOWN guest-shutdown", "STOP"});
  CHECK(fixture.state() == "shutdown");
  CHECK_FALSE(fixture.machine.ended());
  CHECK_FALSE(fixture.machine.cont());
  CHECK(fixture.state() == "shutdown");
  fixture.machine.reset(kHostReset);
  CHECK(fixture.state() == "prelaunch");
  CHECK(fixture.machine.cont());
  CHECK(fixture.said() == Said{"SHUTDOWN guest-shutdown", "STOP", "RESET host-qmp-system-reset", "RESUME"});
  CHECK(fixture.ends.empty());
}

TEST_CASE("quit and signals end the machine even where an end is a pause", "[devices]") {
  Fixture fixture(with("shutdown", "pause"));
  fixture.machine.end(ShutdownCause::host_qmp_quit);
  CHECK(fixture.said() == Said{"SHUTDOWN host-qmp-quit"});
  CHECK(fixture.ends == std::vector<int>{0});
}

TEST_CASE("a guest asks for its end through the panic device", "[devices]") {
  Fixture fixture;
  fixture.machine.guest_pvshutdown();
  CHECK(fixture.said() == Said{"GUEST_PVSHUTDOWN", "SHUTDOWN guest-shutdown"});
  CHECK(fixture.ends == std::vector<int>{0});
}

TEST_CASE("the same where an end is a pause", "[devices]") {
  Fixture fixture(with("shutdown", "pause"));
  fixture.machine.guest_pvshutdown();
  CHECK(fixture.said() == Said{"GUEST_PVSHUTDOWN", "SHUTDOWN guest-shutdown", "STOP"});
  CHECK(fixture.ends.empty());
}

TEST_CASE("a failure stops the machine, and an internal one wants a reset", "[devices]") {
  for (const RunState state : {RunState::internal_error, RunState::io_error, RunState::watchdog}) {
    INFO(word(state));
    Fixture fixture;
    fixture.machine.fail(state);
    CHECK(fixture.said() == Said{"STOP"});
    CHECK(fixture.state() == word(state));
    CHECK(fixture.machine.cont() == (state != RunState::internal_error));
  }
}

TEST_CASE("a failure of a machine that does not run changes nothing", "[devices]") {
  Fixture fixture;
  fixture.machine.stop();
  fixture.machine.fail(RunState::io_error);
  CHECK(fixture.said() == Said{"STOP"});
  CHECK(fixture.state() == "paused");
}

TEST_CASE("a machine may have nobody who waits for its end", "[devices]") {
  test::RecordingEmitter recorder;
  Machine machine(recorder.emitter, {}, {});
  machine.end(ShutdownCause::host_signal);
  CHECK(recorder.lines(WireForm::qemu).size() == 1);
}

TEST_CASE("a machine that has yet to be built runs when it is, unless it is to wait", "[devices]") {
  MachineConfig config;
  config.preconfig = true;
  Fixture fixture(config);
  CHECK(fixture.machine.preconfig());
  CHECK(fixture.state() == "prelaunch");
  CHECK(fixture.machine.exit_preconfig());
  CHECK(fixture.state() == "running");
  CHECK_FALSE(fixture.machine.preconfig());
  CHECK_FALSE(fixture.machine.exit_preconfig());
  CHECK(fixture.said() == Said{"RESUME"});

  config.start_running = false;
  Fixture waiting(config);
  CHECK(waiting.machine.exit_preconfig());
  CHECK(waiting.state() == "prelaunch");
  CHECK(waiting.machine.cont());
  CHECK(waiting.said() == Said{"RESUME"});
}
