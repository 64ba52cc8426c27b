// SPDX-License-Identifier: MIT
#include "hypervisor/pvpanic_triggers.hpp"

#include <catch2/catch.hpp>

#include "trigger_fixture.hpp"

using namespace qmpev;

using Said = std::vector<std::string>;

TEST_CASE("each report of the panic device can be triggered", "[trigger]") {
  test::TriggerFixture fixture;
  CHECK(fixture.pull("pvpanic", "crashloaded").value() == "wrote 0x505<-2");
  CHECK(fixture.pull("pvpanic").value() == "wrote 0x505<-1");
  CHECK(fixture.pull("pvpanic", "pvshutdown", {{"from", "monitor"}}).value() == "wrote 0x505<-4");
  CHECK(fixture.said() == Said{R"(GUEST_CRASHLOADED {"action": "run"})",
                               R"(GUEST_PANICKED {"action": "pause"})", "STOP", "GUEST_PVSHUTDOWN",
                               R"(SHUTDOWN {"guest": true, "reason": "guest-shutdown"})"});
  CHECK(fixture.ends == std::vector<int>{0});
}

TEST_CASE("any byte can be written to the panic port", "[trigger]") {
  test::TriggerFixture fixture;
  CHECK(fixture.pull("pvpanic", "write", {{"value", "0xf8"}}).value() == "wrote 0x505<-0xf8");
  CHECK(fixture.said().empty());
  CHECK(fixture.pull("pvpanic", "write", {{"value", "2"}}));
  CHECK(fixture.said() == Said{R"(GUEST_CRASHLOADED {"action": "run"})"});
  CHECK_FALSE(fixture.pull("pvpanic", "write", {{"value", "256"}}));
  CHECK_FALSE(fixture.pull("pvpanic", "write"));
}

TEST_CASE("a monitor's panic stops the machine before it ends", "[trigger]") {
  HypervisorConfig config;
  config.machine.actions.panic = PanicPolicy::exit_failure;
  test::TriggerFixture fixture(config);
  REQUIRE(fixture.pull("pvpanic", "panicked", {{"from", "monitor"}}));
  CHECK(fixture.said() == Said{R"(GUEST_PANICKED {"action": "poweroff"})", "STOP",
                               R"(SHUTDOWN {"guest": true, "reason": "guest-panic"})"});
  CHECK(fixture.ends == std::vector<int>{1});
}

TEST_CASE("the panic device's state is live", "[trigger]") {
  test::TriggerFixture fixture;
  CHECK(fixture.state_of("pvpanic") == "running, panic=pause shutdown=poweroff");
  REQUIRE(fixture.pull("pvpanic"));
  CHECK(fixture.state_of("pvpanic") == "guest-panicked, panic=pause shutdown=poweroff");
}
