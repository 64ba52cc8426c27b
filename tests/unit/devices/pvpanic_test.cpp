// SPDX-License-Identifier: MIT
#include "devices/pvpanic.hpp"

#include <array>

#include <catch2/catch.hpp>

#include "machine_fixture.hpp"

using namespace qmpev;

namespace {

using Said = std::vector<std::string>;

struct Fixture : test::MachineFixture {
  explicit Fixture(std::string_view panic = "pause") : MachineFixture(test::with("panic", panic)) {}
  Pvpanic pvpanic{machine};
};

}  // namespace

TEST_CASE("reading the port says which reports the device takes", "[devices]") {
  Fixture fixture;
  CHECK(fixture.pvpanic.in() == 7);
}

TEST_CASE("of several reports the lowest bit counts, unknown bits are ignored", "[devices]") {
  const auto said = [](std::uint8_t value) {
    Fixture fixture;
    fixture.pvpanic.out(value);
    return fixture.said();
  };
  const Said panicked{"GUEST_PANICKED pause", "STOP"}, crashloaded{"GUEST_CRASHLOADED run"},
      pvshutdown{"GUEST_PVSHUTDOWN", "SHUTDOWN guest-shutdown"};
  for (unsigned value = 0; value < 256; ++value) {
    INFO(value);
    const Said& expected = value & 1 ? panicked : value & 2 ? crashloaded : value & 4 ? pvshutdown : Said{};
    CHECK(said(static_cast<std::uint8_t>(value)) == expected);
  }
}

TEST_CASE("who writes shows in the order of events", "[devices]") {
  SECTION("a vCPU, if nothing else is said") {
    Fixture fixture("shutdown");
    fixture.pvpanic.out(1);
    CHECK(fixture.said() == Said{"GUEST_PANICKED poweroff", "SHUTDOWN guest-panic"});
  }
  SECTION("the main loop") {
    Fixture fixture("shutdown");
    fixture.pvpanic.out(1, Access::main_loop);
    CHECK(fixture.said() == Said{"GUEST_PANICKED poweroff", "STOP", "SHUTDOWN guest-panic"});
  }
}

TEST_CASE("a write of any width at any place reaches the port with its byte or not at all", "[devices]") {
  Fixture fixture("none");
  const std::array<std::uint8_t, 8> ones{1, 1, 1, 1, 1, 1, 1, 1}, late{0, 1, 2, 3, 4, 5, 6, 7};
  for (const std::uint64_t offset : {std::uint64_t{1}, std::uint64_t{4}, std::uint64_t{UINT64_MAX}})
    fixture.pvpanic.write(offset, ones);
  fixture.pvpanic.write(0, {});
  fixture.pvpanic.write(0, late);
  CHECK(fixture.said().empty());
  for (std::size_t width = 1; width <= ones.size(); ++width) fixture.pvpanic.write(0, {ones.data(), width});
  CHECK(fixture.said() == Said(8, "GUEST_PANICKED run"));
}

TEST_CASE("a wide write is the main loop's when it says so", "[devices]") {
  Fixture fixture("shutdown");
  const std::array<std::uint8_t, 2> one{1, 0};
  fixture.pvpanic.write(0, one, Access::main_loop);
  CHECK(fixture.said().size() == 3);
}

TEST_CASE("a read of any width at any place is filled", "[devices]") {
  Fixture fixture;
  std::array<std::uint8_t, 4> bytes{};
  fixture.pvpanic.read(0, bytes);
  CHECK(bytes == std::array<std::uint8_t, 4>{7, 0xff, 0xff, 0xff});
  bytes = {};
  fixture.pvpanic.read(1, bytes);
  CHECK(bytes == std::array<std::uint8_t, 4>{0xff, 0xff, 0xff, 0xff});
  fixture.pvpanic.read(0, {});
}
