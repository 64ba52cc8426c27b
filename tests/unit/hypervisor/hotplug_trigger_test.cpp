// SPDX-License-Identifier: MIT
#include "hypervisor/hotplug_trigger.hpp"

#include <catch2/catch.hpp>

#include "support/trigger_bench.hpp"

using namespace qmpev;

TEST_CASE("a dash stands for no id", "[trigger]") {
  TriggerValues values;
  values.set("id", std::string("-"));
  CHECK(id_of(values).empty());
  values.set("id", std::string("--"));
  CHECK(id_of(values) == "--");
}

TEST_CASE("a register access has one to four bytes", "[trigger]") {
  test::TriggerBench bench;
  for (const char* device : {"memory", "cpu", "balloon"}) {
    INFO(device);
    CHECK(bench.refused(device, "write", {{"offset", "0"}, {"value", "0"}, {"size", "0"}}) ==
          "size=0 is no access: use 1 to 4 bytes");
    CHECK(bench.refused(device, "write", {{"offset", "0"}, {"value", "0"}, {"size", "5"}}) ==
          "size=5 is too much: at most 4");
    for (const char* size : {"1", "4"})
      bench.played(device, "write", {{"offset", "0"}, {"value", "0"}, {"size", size}});
    bench.played(device, "write", {{"offset", "255"}, {"value", "0xffffffff"}});
  }
}

TEST_CASE("a device that is already asked for is answered once", "[trigger]") {
  test::TriggerBench bench;
  bench.machine.memory.request_unplug(1);
  bench.played("memory", "unplug");
  CHECK(bench.events().size() == 3);
}

TEST_CASE("a mark of use that somebody else made stays", "[trigger]") {
  test::TriggerBench bench;
  bench.machine.hotplug_driver.set_in_use(AcpiSlotType::dimm, 1, true);
  bench.played("memory", "unplug", {{"outcome", "refused"}});
  CHECK(bench.machine.hotplug_driver.in_use(AcpiSlotType::dimm, 1));
}
