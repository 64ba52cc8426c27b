// SPDX-License-Identifier: MIT
#include "hypervisor/pvpanic_triggers.hpp"

#include <catch2/catch.hpp>

#include "support/trigger_bench.hpp"

using namespace qmpev;

using Said = std::vector<std::string>;

TEST_CASE("each report of the panic device can be triggered", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.play("pvpanic", "crashloaded").value() == "wrote 0x02 to port 0x505");
  CHECK(bench.play("pvpanic").value() == "wrote 0x01 to port 0x505");
  CHECK(bench.play("pvpanic", "pvshutdown", {{"from", "monitor"}}).value() == "wrote 0x04 to port 0x505");
  CHECK(bench.said() == Said{R"(GUEST_CRASHLOADED {"action": "run"})",
                             R"(GUEST_PANICKED {"action": "pause"})", "STOP", "GUEST_PVSHUTDOWN",
                             R"(SHUTDOWN {"guest": true, "reason": "guest-shutdown"})"});
  CHECK(bench.ends == std::vector<int>{0});
}

TEST_CASE("any byte can be written to the panic port", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.play("pvpanic", "write", {{"value", "0xf8"}}).value() == "wrote 0xf8 to port 0x505");
  CHECK(bench.said().empty());
  CHECK(bench.play("pvpanic", "write", {{"value", "2"}}));
  CHECK(bench.said() == Said{R"(GUEST_CRASHLOADED {"action": "run"})"});
  CHECK_FALSE(bench.play("pvpanic", "write", {{"value", "256"}}));
  CHECK_FALSE(bench.play("pvpanic", "write"));
}

TEST_CASE("a monitor's panic stops the machine before it ends", "[trigger]") {
  HypervisorConfig config;
  config.machine.actions.panic = PanicPolicy::exit_failure;
  test::TriggerBench bench(config);
  REQUIRE(bench.play("pvpanic", "panicked", {{"from", "monitor"}}));
  CHECK(bench.said() == Said{R"(GUEST_PANICKED {"action": "poweroff"})", "STOP",
                             R"(SHUTDOWN {"guest": true, "reason": "guest-panic"})"});
  CHECK(bench.ends == std::vector<int>{1});
}

TEST_CASE("the panic device's state is live", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.state("pvpanic") == "running, panic=pause shutdown=poweroff");
  REQUIRE(bench.play("pvpanic"));
  CHECK(bench.state("pvpanic") == "guest-panicked, panic=pause shutdown=poweroff");
}
