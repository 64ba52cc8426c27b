// SPDX-License-Identifier: MIT
#include "hypervisor/balloon_triggers.hpp"

#include <chrono>
#include <future>

#include <catch2/catch.hpp>

#include "support/trigger_bench.hpp"

using namespace qmpev;

TEST_CASE("balloon set and level are the guest's write of actual", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.played("balloon", "set", {{"pages", "4096"}}) == "wrote 0x00001000 to port 0xc018");
  CHECK(bench.events() == std::vector<std::string>{"BALLOON_CHANGE"});
  CHECK(bench.played("balloon", "level", {{"size", "256M"}}) == "wrote 0x00010000 to port 0xc018");
  CHECK(bench.state("balloon") == "level 268435456 bytes, actual 65536 pages, wanted 0");
  bench.played("balloon", "level", {{"size", "512M"}});
  CHECK(bench.machine.balloon.level_bytes() == 512 << 20);
  CHECK(bench.refused("balloon", "level", {{"size", "536870913"}}) ==
        "the machine has 536870912 bytes of memory: use at most that");
  bench.played("balloon", "level", {{"size", "0"}});
  CHECK(bench.machine.balloon.level_bytes() == 0);
}

TEST_CASE("balloon write is one access of any width", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.played("balloon", "write", {{"offset", "5"}, {"value", "0x10"}, {"size", "1"}}) ==
        "wrote 0x10 to port 0xc019");
  CHECK(bench.machine.in(0xc018, 4) == 0x1000);
}

TEST_CASE("balloon target is what the host wants, and the guest follows", "[trigger][threads]") {
  test::TriggerBench bench;
  CHECK(bench.refused("balloon", "target", {{"size", "0"}}) ==
        "size=0 leaves the guest nothing: use at least 1");
  CHECK(bench.played("balloon", "target", {{"size", "511M"}}) ==
        "wants 256 pages in the balloon; the guest follows");
  std::promise<void> followed;
  auto done = followed.get_future();
  bench.guest.post([&] { followed.set_value(); });
  REQUIRE(done.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  CHECK(bench.machine.balloon.level_bytes() == 511 << 20);
  CHECK(bench.events() == std::vector<std::string>{"BALLOON_CHANGE"});
}
