// SPDX-License-Identifier: MIT
#include "devices/pvpanic.hpp"

#include <catch2/catch.hpp>

#include "devices/machine.hpp"
#include "support/captures.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

struct Fixture {
  explicit Fixture(PanicPolicy policy)
      : machine(recorder.emitter, policy, {}), pvpanic(recorder.emitter, machine) {}
  std::vector<std::string> qemu_lines() { return test::without_times(recorder.lines(WireForm::qemu)); }

  test::RecordingEmitter recorder;
  Machine machine;
  Pvpanic pvpanic;
};

std::vector<std::string> from_second(std::vector<std::string> lines) {
  lines.erase(lines.begin());
  return lines;
}

}  // namespace

TEST_CASE("panics of a machine that pauses give the captured lines", "[devices]") {
  Fixture fixture(PanicPolicy::pause);
  SECTION("one panic") {
    fixture.pvpanic.out(1);
    CHECK(fixture.qemu_lines() == from_second(test::captured_lines("vcpu writes 1, -no-shutdown")));
    CHECK(fixture.machine.status().word == "guest-panicked");
  }
  SECTION("both bits: only the panic counts") {
    fixture.pvpanic.out(3);
    CHECK(fixture.qemu_lines() == test::captured_lines("qtest, value 3 (both bits): only panicked"));
  }
  SECTION("panic, cont, panic") {
    fixture.pvpanic.out(1);
    fixture.machine.cont();
    fixture.pvpanic.out(1);
    CHECK(fixture.qemu_lines() ==
          from_second(test::captured_lines("vcpu writes 1 twice back to back, -action panic=pause")));
  }
  SECTION("panic, reset, cont") {
    fixture.pvpanic.out(1);
    fixture.machine.reset(ShutdownCause::host_qmp_system_reset);
    CHECK(fixture.machine.status().word == "prelaunch");
    fixture.machine.cont();
    CHECK(fixture.qemu_lines() ==
          test::captured_lines("qtest, running, -no-shutdown (=-action shutdown=pause) default panic"));
  }
}

TEST_CASE("a panic of a machine that shuts down gives a vCPU's captured lines", "[devices]") {
  Fixture fixture(PanicPolicy::shutdown);
  fixture.pvpanic.out(1);
  CHECK(fixture.qemu_lines() == from_second(test::captured_lines("vcpu writes 1, default action")));
}

TEST_CASE("panics of a machine that goes on give the captured lines", "[devices]") {
  Fixture fixture(PanicPolicy::none);
  fixture.pvpanic.out(1);
  CHECK(fixture.qemu_lines() == test::captured_lines("qtest, running, -action shutdown=pause,panic=none"));
  CHECK(fixture.machine.status().running);
}

TEST_CASE("a panic while already stopped is told again, without STOP", "[devices]") {
  Fixture fixture(PanicPolicy::pause);
  fixture.pvpanic.out(1);
  fixture.pvpanic.out(1);
  REQUIRE(fixture.qemu_lines().size() == 3);
  CHECK(fixture.qemu_lines()[2].find("GUEST_PANICKED") != std::string::npos);
}

TEST_CASE("the panic's line is the same in the document's form", "[devices]") {
  Fixture fixture(PanicPolicy::pause);
  fixture.pvpanic.out(1);
  CHECK(fixture.recorder.lines(WireForm::document) == fixture.recorder.lines(WireForm::qemu));
}

TEST_CASE("values without the panicked bit do nothing", "[devices]") {
  Fixture fixture(PanicPolicy::pause);
  for (const std::uint8_t value : std::initializer_list<std::uint8_t>{0x00, 0x08, 0xfe})
    fixture.pvpanic.out(value);
  CHECK(fixture.qemu_lines().empty());
  CHECK(fixture.machine.status().running);
}

TEST_CASE("reading the port says which reports the device takes", "[devices]") {
  Fixture fixture(PanicPolicy::pause);
  CHECK(fixture.pvpanic.in() == kPvpanicPanicked);
}
