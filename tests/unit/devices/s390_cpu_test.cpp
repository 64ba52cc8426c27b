// SPDX-License-Identifier: MIT
#include "devices/s390_cpu.hpp"

#include <catch2/catch.hpp>

#include "machine_fixture.hpp"

using namespace qmpev;

namespace {

using Said = std::vector<std::string>;

struct Fixture : test::MachineFixture {
  explicit Fixture(std::string_view panic = "pause") : MachineFixture(test::with("panic", panic)) {}

  /// The reason in the only panic's details; empty when there was none.
  std::string reason() {
    const auto lines = recorder.lines(WireForm::qemu);
    return lines.empty() ? "" : text_of(lines[0], "reason");
  }

  S390Cpu cpu{machine, 3};
};

constexpr Psw kRunning{kPsw64Bit | kPswExternal, 0x2000};
constexpr Psw kHandler{kPsw64Bit, 0x1000};
constexpr Psw kImpossible{std::uint64_t{1} << 63, 0};

}  // namespace

TEST_CASE("a processor that waits for nothing has crashed", "[devices]") {
  Fixture fixture;
  fixture.cpu.load_psw({kPswWait, 0x10001});
  CHECK(fixture.said() == Said{"GUEST_PANICKED pause", "STOP"});
  CHECK(
      fixture.qemu_lines()[0].find(
          R"("data": {"action": "pause", "info": {"core": 3, "psw-addr": 65537, "reason": "disabled-wait", )"
          R"("psw-mask": 562949953421312, "type": "s390"}}})") != std::string::npos);
}

TEST_CASE("a processor that runs, or waits for something, has not", "[devices]") {
  Fixture fixture;
  fixture.cpu.load_psw(kRunning);
  CHECK(fixture.cpu.psw() == kRunning);
  for (const std::uint64_t enabled : {kPswIo, kPswExternal, kPswMachineCheck})
    fixture.cpu.load_psw({kPswWait | enabled, 0});
  CHECK(fixture.said().empty());
}

TEST_CASE("who loads the PSW shows in the order of events", "[devices]") {
  Fixture fixture("shutdown");
  fixture.cpu.load_psw({kPswWait, 0}, Access::main_loop);
  CHECK(fixture.said() == Said{"GUEST_PANICKED poweroff", "STOP", "SHUTDOWN guest-panic"});
}

TEST_CASE("an external interruption that would be taken for ever is a crash", "[devices]") {
  Fixture fixture;
  fixture.cpu.set_external_new_psw(kRunning);
  SECTION("the processor takes it") {
    fixture.cpu.load_psw({kPsw64Bit | kPswExternal, 0x4000});
    fixture.cpu.external_interrupt();
    CHECK(fixture.reason() == "extint-loop");
    CHECK(fixture.cpu.psw() == kRunning);
  }
  SECTION("the processor does not take it now") {
    fixture.cpu.load_psw(kHandler);
    fixture.cpu.external_interrupt();
    CHECK(fixture.said().empty());
    CHECK(fixture.cpu.psw() == kHandler);
  }
}

TEST_CASE("an external interruption that is handled is none", "[devices]") {
  Fixture fixture;
  fixture.cpu.set_external_new_psw(kHandler);
  fixture.cpu.load_psw(kRunning);
  fixture.cpu.external_interrupt();
  CHECK(fixture.said().empty());
  CHECK(fixture.cpu.psw() == kHandler);
}

TEST_CASE("an external new PSW that waits for nothing, or cannot be, ends as such a one", "[devices]") {
  Fixture fixture;
  fixture.cpu.load_psw(kRunning);
  SECTION("waits") {
    fixture.cpu.set_external_new_psw({kPswWait, 4});
    fixture.cpu.external_interrupt();
    CHECK(fixture.reason() == "disabled-wait");
  }
  SECTION("cannot be, and the program's neither") {
    fixture.cpu.set_external_new_psw({kImpossible.mask | kPswExternal, 0});
    fixture.cpu.set_program_new_psw(kImpossible);
    fixture.cpu.external_interrupt();
    CHECK(fixture.reason() == "pgmint-loop");
  }
}

TEST_CASE("a PSW that cannot be is a program interruption", "[devices]") {
  Fixture fixture;
  SECTION("that is handled") {
    fixture.cpu.set_program_new_psw(kHandler);
    fixture.cpu.load_psw(kImpossible);
    CHECK(fixture.said().empty());
    CHECK(fixture.cpu.psw() == kHandler);
  }
  SECTION("that waits for nothing") {
    fixture.cpu.set_program_new_psw({kPswWait, 8});
    fixture.cpu.load_psw(kImpossible);
    CHECK(fixture.reason() == "disabled-wait");
  }
  SECTION("that would be taken for ever") {
    fixture.cpu.set_program_new_psw(kImpossible);
    fixture.cpu.load_psw({kPswExtended, 0});
    CHECK(fixture.reason() == "pgmint-loop");
    CHECK(fixture.cpu.psw() == kImpossible);
  }
}

TEST_CASE("an instruction that is none is a program interruption", "[devices]") {
  Fixture fixture;
  fixture.cpu.load_psw(kRunning);
  SECTION("that is handled") {
    fixture.cpu.set_program_new_psw(kHandler);
    fixture.cpu.operation_exception();
    CHECK(fixture.said().empty());
    CHECK(fixture.cpu.psw() == kHandler);
  }
  SECTION("that leads to the same instruction") {
    fixture.cpu.set_program_new_psw({kPsw64Bit, kRunning.addr});
    fixture.cpu.operation_exception();
    CHECK(fixture.reason() == "opint-loop");
  }
  SECTION("whose new PSW cannot be") {
    fixture.cpu.set_program_new_psw({kImpossible.mask, kRunning.addr});
    fixture.cpu.operation_exception();
    CHECK(fixture.reason() == "pgmint-loop");
  }
  SECTION("whose new PSW waits there") {
    fixture.cpu.set_program_new_psw({kPsw64Bit | kPswWait, kRunning.addr});
    fixture.cpu.operation_exception();
    CHECK(fixture.reason() == "disabled-wait");
  }
  SECTION("of which a processor that waits sees nothing") {
    fixture.cpu.load_psw({kPswWait | kPswIo, 0});
    fixture.cpu.operation_exception();
    CHECK(fixture.said().empty());
  }
}

TEST_CASE("a guest that has set nothing up loops at its first wrong instruction", "[devices]") {
  Fixture fixture;
  fixture.cpu.operation_exception();
  CHECK(fixture.reason() == "opint-loop");
}
