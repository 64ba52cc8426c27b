// SPDX-License-Identifier: MIT
#include "devices/machine.hpp"

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

using Kinds = std::vector<EventKind>;

struct Fixture {
  explicit Fixture(PanicPolicy policy = PanicPolicy::pause)
      : machine(recorder.emitter, policy, [this] { ++ends; }) {}

  Kinds kinds() {
    recorder.core->settle(recorder.sink);
    Kinds kinds;
    for (const auto& record : recorder.sink.records) kinds.push_back(record.kind);
    return kinds;
  }
  std::string data_of_last() {
    const std::string line = recorder.lines(WireForm::qemu).back();
    return line.substr(line.find("\"event\""));
  }

  test::RecordingEmitter recorder;
  int ends = 0;
  Machine machine;
};

}  // namespace

TEST_CASE("stop and cont speak only when they change something", "[devices]") {
  Fixture fixture;
  fixture.machine.cont();
  CHECK(fixture.kinds().empty());
  CHECK(fixture.machine.status().word == "running");
  fixture.machine.stop();
  fixture.machine.stop();
  CHECK(fixture.machine.status().word == "paused");
  CHECK_FALSE(fixture.machine.status().running);
  fixture.machine.cont();
  CHECK(fixture.kinds() == Kinds{EventKind::stop, EventKind::resume});
  CHECK(fixture.machine.status().running);
}

TEST_CASE("a reset leaves a running machine running and makes a stopped one new", "[devices]") {
  Fixture fixture;
  fixture.machine.reset(ShutdownCause::host_qmp_system_reset);
  CHECK(fixture.machine.status().word == "running");
  CHECK(fixture.data_of_last() ==
        "\"event\": \"RESET\", \"data\": {\"guest\": false, \"reason\": \"host-qmp-system-reset\"}}\r\n");
  fixture.machine.stop();
  fixture.machine.reset(ShutdownCause::host_qmp_system_reset);
  CHECK(fixture.machine.status().word == "prelaunch");
  fixture.machine.cont();
  CHECK(fixture.kinds() == Kinds{EventKind::reset, EventKind::stop, EventKind::reset, EventKind::resume});
}

TEST_CASE("powerdown asks the guest and changes nothing", "[devices]") {
  Fixture fixture;
  fixture.machine.powerdown();
  CHECK(fixture.kinds() == Kinds{EventKind::powerdown});
  CHECK(fixture.machine.status().running);
}

TEST_CASE("a machine ends once, and nothing happens to it afterwards", "[devices]") {
  Fixture fixture;
  fixture.machine.end(ShutdownCause::host_signal);
  CHECK(fixture.data_of_last() ==
        "\"event\": \"SHUTDOWN\", \"data\": {\"guest\": false, \"reason\": \"host-signal\"}}\r\n");
  fixture.machine.end(ShutdownCause::host_qmp_quit);
  fixture.machine.cont();
  fixture.machine.stop();
  fixture.machine.powerdown();
  fixture.machine.reset(ShutdownCause::host_qmp_system_reset);
  CHECK(fixture.kinds() == Kinds{EventKind::shutdown});
  CHECK(fixture.ends == 1);
  CHECK(fixture.machine.status().word == "shutdown");
}

TEST_CASE("a panic stops, ends or leaves the machine, by policy", "[devices]") {
  SECTION("pause") {
    Fixture fixture(PanicPolicy::pause);
    fixture.machine.guest_panicked();
    CHECK(fixture.kinds() == Kinds{EventKind::stop});
    CHECK(fixture.machine.status().word == "guest-panicked");
    fixture.machine.cont();
    CHECK(fixture.machine.status().word == "running");
  }
  SECTION("pause, while not running") {
    Fixture fixture(PanicPolicy::pause);
    fixture.machine.stop();
    fixture.machine.guest_panicked();
    CHECK(fixture.kinds() == Kinds{EventKind::stop});
    CHECK(fixture.machine.status().word == "paused");
  }
  SECTION("shutdown") {
    Fixture fixture(PanicPolicy::shutdown);
    fixture.machine.guest_panicked();
    CHECK(fixture.kinds() == Kinds{EventKind::shutdown});
    CHECK(fixture.data_of_last() ==
          "\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": \"guest-panic\"}}\r\n");
    CHECK(fixture.ends == 1);
  }
  SECTION("none") {
    Fixture fixture(PanicPolicy::none);
    fixture.machine.guest_panicked();
    CHECK(fixture.kinds().empty());
    CHECK(fixture.machine.status().running);
  }
}

TEST_CASE("a machine may have nobody who waits for its end", "[devices]") {
  test::RecordingEmitter recorder;
  Machine machine(recorder.emitter, PanicPolicy::pause, {});
  machine.end(ShutdownCause::host_signal);
  CHECK(recorder.lines(WireForm::qemu).size() == 1);
}
