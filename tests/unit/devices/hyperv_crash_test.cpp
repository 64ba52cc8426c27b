// SPDX-License-Identifier: MIT
#include "devices/hyperv_crash.hpp"

#include <catch2/catch.hpp>

#include "machine_fixture.hpp"

using namespace qmpev;

namespace {

using Said = std::vector<std::string>;

struct Fixture : test::MachineFixture {
  explicit Fixture(std::string_view panic = "pause") : MachineFixture(test::with("panic", panic)) {}
  HypervCrash crash{machine};
};

}  // namespace

TEST_CASE("the registers keep what the guest writes and say nothing of it", "[devices]") {
  Fixture fixture;
  for (std::uint32_t i = 0; i < kHypervCrashParameters; ++i) {
    CHECK(fixture.crash.read(kHypervCrashP0 + i) == 0u);
    CHECK(fixture.crash.write(kHypervCrashP0 + i, UINT64_MAX - i));
  }
  for (std::uint32_t i = 0; i < kHypervCrashParameters; ++i)
    CHECK(fixture.crash.read(kHypervCrashP0 + i) == UINT64_MAX - i);
  CHECK(fixture.said().empty());
}

TEST_CASE("a notification reports the five registers", "[devices]") {
  Fixture fixture;
  for (std::uint32_t i = 0; i < kHypervCrashParameters; ++i) fixture.crash.write(kHypervCrashP0 + i, 10 + i);
  CHECK(fixture.crash.write(0x40000105, std::uint64_t{1} << 63));
  CHECK(fixture.said() == Said{"GUEST_PANICKED pause", "STOP"});
  const std::string line = fixture.qemu_lines()[0];
  CHECK(line.find(R"("data": {"action": "pause", "info": {"arg5": 14, "arg4": 13, "arg3": 12, "arg2": 11, )"
                  R"("arg1": 10, "type": "hyper-v"}}})") != std::string::npos);
  CHECK(fixture.recorder.lines(WireForm::document)[0].find("info") == std::string::npos);
}

TEST_CASE("who notifies shows in the order of events", "[devices]") {
  Fixture fixture("shutdown");
  fixture.crash.write(kHypervCrashControl, kHypervCrashNotify, Access::main_loop);
  CHECK(fixture.said() == Said{"GUEST_PANICKED poweroff", "STOP", "SHUTDOWN guest-panic"});
}

TEST_CASE("the control register says what is offered and takes nothing else", "[devices]") {
  Fixture fixture;
  CHECK(fixture.crash.write(kHypervCrashControl, ~kHypervCrashNotify));
  CHECK(fixture.crash.read(kHypervCrashControl) == std::uint64_t{1} << 63);
  CHECK(fixture.said().empty());
}

TEST_CASE("other registers are not there", "[devices]") {
  Fixture fixture;
  for (const std::uint32_t msr : {0u, 0x400000ffu, 0x40000106u, UINT32_MAX}) {
    CHECK_FALSE(fixture.crash.write(msr, UINT64_MAX));
    CHECK_FALSE(fixture.crash.read(msr).has_value());
  }
  CHECK(fixture.said().empty());
}
