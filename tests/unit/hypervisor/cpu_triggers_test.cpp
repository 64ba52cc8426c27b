// SPDX-License-Identifier: MIT
#include "hypervisor/cpu_triggers.hpp"

#include <catch2/catch.hpp>

#include "support/trigger_bench.hpp"

using namespace qmpev;
using Events = std::vector<std::string>;

TEST_CASE("cpu ost writes what the guest says of a slot", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.played("cpu", "ost", {{"slot", "2"}, {"source", "1"}, {"status", "0"}}) ==
        "wrote 0xcd8<-2 0xcdd<-1 0xce0<-1 0xcdd<-2 0xce0<-0");
  bench.played("cpu", "");
  CHECK(bench.events() == Events{"ACPI_DEVICE_OST", "ACPI_DEVICE_OST"});
  CHECK(bench.state("cpu") ==
        "slot 0 unnamed ost 0/0, slot 1 cpu1 ost 3/129, slot 2 empty ost 1/0, slot 3 empty ost 0/0");
}

TEST_CASE("cpu plug puts a CPU in and has the guest answer", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.played("cpu", "plug", {{"id", "cpu2"}}).find("found it, wrote 0xcd8<-0 ") == 0);
  CHECK(bench.events() == Events{"ACPI_DEVICE_OST"});
  CHECK(bench.machine.cpus.slot_of("cpu2") == 2);
  CHECK(bench.refused("cpu", "plug", {{"slot", "9"}}) == "there is no CPU slot 9: use 0 to 3");
}

TEST_CASE("cpu unplug asks, and the guest gives or refuses", "[trigger]") {
  test::TriggerBench bench;
  bench.played("cpu", "unplug", {{"outcome", "refused"}});
  CHECK(bench.events() == Events{"ACPI_DEVICE_OST", "ACPI_DEVICE_OST"});
  bench.played("cpu", "unplug");
  CHECK(bench.events() == Events{"ACPI_DEVICE_OST", "ACPI_DEVICE_OST", "ACPI_DEVICE_OST", "DEVICE_DELETED",
                                 "DEVICE_DELETED", "ACPI_DEVICE_OST"});
  CHECK(bench.refused("cpu", "unplug") ==
        "there is no CPU 'cpu1': query-acpi-ospm-status lists those there are");
}

TEST_CASE("cpu write is one access of any width", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.played("cpu", "write", {{"offset", "0"}, {"value", "3"}}) == "wrote 0x00000003 to port 0xcd8");
  CHECK(bench.machine.in(0xce0, 4) == 3);
}
