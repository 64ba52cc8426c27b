// SPDX-License-Identifier: MIT
#include "devices/power_ports.hpp"

#include <catch2/catch.hpp>

#include "machine_fixture.hpp"

using namespace qmpev;

namespace {

using Said = std::vector<std::string>;

struct Fixture : test::MachineFixture {
  PowerPorts ports{machine};
};

}  // namespace

TEST_CASE("the guest switches the machine off", "[devices]") {
  Fixture fixture;
  fixture.ports.out(kPm1ControlPort, 0x2000);
  CHECK(fixture.said() == Said{"SHUTDOWN guest-shutdown"});
}

TEST_CASE("the guest resets the machine", "[devices]") {
  Fixture fixture;
  fixture.ports.out(kResetControlPort, kSystemReset);  // chosen first, done by the next write
  CHECK(fixture.said().empty());
  fixture.ports.out(kResetControlPort, kSystemReset | kResetCpu);
  CHECK(fixture.said() == Said{"RESET guest-reset"});
  CHECK(fixture.machine.status().running);
}

TEST_CASE("other sleep types, other values and other ports do nothing", "[devices]") {
  Fixture fixture;
  for (const std::uint32_t type : {1u, 2u, 5u, 7u}) fixture.ports.out(kPm1ControlPort, 0x2000 | type << 10);
  fixture.ports.out(kPm1ControlPort, 0xffffdfffu);
  fixture.ports.out(kResetControlPort, 0xfffffffbu);
  for (const std::uint32_t port : {0u, 0x603u, 0x605u, 0xcf8u, 0xcfau, 0xffffu})
    fixture.ports.out(static_cast<std::uint16_t>(port), 0x2006);
  CHECK(fixture.said().empty());
}
