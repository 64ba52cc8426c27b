// SPDX-License-Identifier: MIT
#include "hypervisor/hyperv_triggers.hpp"

#include <catch2/catch.hpp>

#include "support/trigger_bench.hpp"

using namespace qmpev;

using Said = std::vector<std::string>;

TEST_CASE("a Hyper-V guest's crash carries its five parameters", "[trigger]") {
  test::TriggerBench bench;
  const auto done = bench.play(
      "hyperv", "", {{"p0", "0x7e"}, {"p1", "1"}, {"p2", "2"}, {"p3", "3"}, {"p4", "0xffffffffffffffff"}});
  CHECK(done.value() ==
        "wrote msr 0x40000100<-0x7e msr 0x40000101<-0x1 msr 0x40000102<-0x2 msr 0x40000103<-0x3 "
        "msr 0x40000104<-0xffffffffffffffff msr 0x40000105<-0x8000000000000000");
  CHECK(bench.said() ==
        Said{R"(GUEST_PANICKED {"action": "pause", "info": {"arg5": 18446744073709551615, "arg4": 3, )"
             R"("arg3": 2, "arg2": 1, "arg1": 126, "type": "hyper-v"}})",
             "STOP"});
  CHECK(bench.state("hyperv") ==
        "guest-panicked, panic=pause shutdown=poweroff, p0=0x7e p1=0x1 p2=0x2 p3=0x3 p4=0xffffffffffffffff");
}

TEST_CASE("a monitor can crash a Hyper-V guest that stands still", "[trigger]") {
  HypervisorConfig config;
  config.machine.actions.panic = PanicPolicy::shutdown;
  test::TriggerBench bench(config);
  CHECK_FALSE(bench.play("hyperv", "crash", {{"p5", "1"}}));  // there are five, from p0 on
  REQUIRE(bench.play("hyperv", "crash", {{"from", "monitor"}}));
  CHECK(bench.said().size() == 3);
}
