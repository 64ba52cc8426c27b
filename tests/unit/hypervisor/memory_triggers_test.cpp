// SPDX-License-Identifier: MIT
#include "hypervisor/memory_triggers.hpp"

#include <catch2/catch.hpp>

#include "support/trigger_bench.hpp"

using namespace qmpev;
using Events = std::vector<std::string>;

TEST_CASE("memory ost writes what the guest says of a slot", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.played("memory", "ost", {{"slot", "0"}, {"source", "0x103"}, {"status", "0x84"}}) ==
        "wrote 0xa00<-0 0xa04<-0x103 0xa08<-0x84");
  CHECK(bench.played("memory", "") == "wrote 0xa00<-1 0xa04<-3 0xa08<-0x81");
  CHECK(bench.events() == Events{"ACPI_DEVICE_OST", "ACPI_DEVICE_OST"});
  CHECK(bench.state("memory") ==
        "slot 0 dimm0 128M ost 259/132, slot 1 dimm1 128M ost 3/129, slot 2 empty ost 0/0, "
        "slot 3 empty ost 0/0");
}

TEST_CASE("memory plug puts a DIMM in and has the guest answer", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.played("memory", "plug", {{"id", "new"}, {"size", "1G"}, {"node", "5"}}) ==
        "found it, wrote 0xa00<-0 0xa00<-1 0xa00<-2 0xa14<-2 0xa00<-3 0xa00<-2 0xa04<-1 0xa08<-0");
  CHECK(bench.events() == Events{"ACPI_DEVICE_OST"});
  CHECK(bench.machine.memory.dimm_in(2)->size == 1u << 30);
  CHECK(bench.machine.memory.dimm_in(2)->node == 5);
  CHECK(bench.refused("memory", "plug", {{"slot", "2"}}) ==
        "DIMM slot 2 is taken: unplug what is in it, or use another");
  bench.played("memory", "plug", {{"slot", "3"}});
  CHECK(bench.machine.memory.slot_of("/machine/peripheral-anon/device[1]") == 3);  // 0 was refused
  CHECK(bench.state("memory").find("slot 2 new 1024M ost 1/0, slot 3 unnamed 128M ost 1/0") !=
        std::string::npos);
}

TEST_CASE("memory unplug asks, and the guest gives or refuses", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.played("memory", "unplug", {{"outcome", "refused"}}).find("found dimm1 asked for, wrote ") ==
        0);
  CHECK(bench.events() == Events{"ACPI_DEVICE_OST", "ACPI_DEVICE_OST"});
  CHECK_FALSE(bench.machine.hotplug_driver.in_use(AcpiSlotType::dimm, 1));
  bench.played("memory", "unplug", {{"id", "/machine/peripheral/dimm1"}});
  CHECK(bench.events().back() == "ACPI_DEVICE_OST");
  CHECK(bench.events()[3] == "DEVICE_DELETED");
  CHECK(bench.refused("memory", "unplug") ==
        "there is no DIMM 'dimm1': query-acpi-ospm-status lists those there are");
  CHECK(bench.refused("memory", "unplug", {{"id", "cpu1"}}) ==
        "there is no DIMM 'cpu1': query-acpi-ospm-status lists those there are");
}

TEST_CASE("memory write is one access of any width", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.played("memory", "write", {{"offset", "8"}, {"value", "0x1ff"}, {"size", "1"}}) ==
        "wrote 0xff to port 0xa08");
  CHECK(bench.machine.memory.ospm_status()[0].report.status == 0xff);
  CHECK(bench.events().size() == 1);
}
