// SPDX-License-Identifier: MIT
// The driver on the reference machine's controllers: the writes it makes and what they cause.
#include "hypervisor/hotplug_driver.hpp"

#include <catch2/catch.hpp>

#include "hypervisor/reference_machine.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

using Lines = std::vector<std::string>;

struct Fixture {
  /// Events from their names on, the data of the document's form.
  Lines told() {
    Lines events;
    for (const std::string& line : recorder.lines(WireForm::document)) {
      const auto start = line.find("\"data\": ") + 8;
      events.push_back(line.substr(start, line.size() - start - 3));
    }
    return events;
  }
  test::RecordingEmitter recorder;
  ReferenceMachine machine{recorder.emitter, {}};
  HotplugDriver& driver = machine.hotplug_driver;
};

std::string dimm_ost(const std::string& device, int source, int status, int slot) {
  return "{" + (device.empty() ? "" : "\"device\": \"" + device + "\", ") +
         "\"source\": " + std::to_string(source) + ", \"status\": " + std::to_string(status) +
         ", \"slot\": \"" + std::to_string(slot) + "\", \"slot-type\": \"DIMM\"}";
}

std::string cpu_ost(const std::string& device, int source, int status, int slot) {
  std::string text = dimm_ost(device, source, status, slot);
  return text.replace(text.find("DIMM"), 4, "CPU");
}

}  // namespace

TEST_CASE("a scan of quiet slots only looks", "[hypervisor]") {
  Fixture fixture;
  CHECK(text_of(fixture.driver.scan_dimms()) == "0xa00<-0 0xa00<-1 0xa00<-2 0xa00<-3");
  CHECK(text_of(fixture.driver.scan_cpus()) == "0xcd8<-0 0xcdd<-0");
  CHECK(fixture.told().empty());
}

TEST_CASE("a DIMM that came is acknowledged and reported in use", "[hypervisor]") {
  Fixture fixture;
  REQUIRE(fixture.machine.plug_dimm(2, "dimm2", 4096));
  CHECK(text_of(fixture.driver.scan_dimms()) ==
        "0xa00<-0 0xa00<-1 0xa00<-2 0xa14<-2 0xa00<-3 0xa00<-2 0xa04<-1 0xa08<-0");
  CHECK(fixture.told() == Lines{dimm_ost("dimm2", 1, 0, 2)});
  fixture.driver.scan_dimms();
  CHECK(fixture.told().size() == 1);  // once
}

TEST_CASE("a DIMM that is asked for is ejected between two reports", "[hypervisor]") {
  Fixture fixture;
  fixture.machine.memory.request_unplug(1);
  CHECK(text_of(fixture.driver.scan_dimms()) ==
        "0xa00<-0 0xa00<-1 0xa14<-4 0xa00<-2 0xa00<-3 "
        "0xa00<-1 0xa04<-3 0xa08<-0x84 0xa00<-1 0xa14<-8 0xa00<-1 0xa04<-3 0xa08<-0");
  CHECK(fixture.told() == Lines{dimm_ost("dimm1", 3, 132, 1),
                                R"({"device": "dimm1", "path": "/machine/peripheral/dimm1"})",
                                dimm_ost("", 3, 0, 1)});
}

TEST_CASE("a DIMM in use stays, and can be asked for again", "[hypervisor]") {
  Fixture fixture;
  fixture.driver.set_in_use(AcpiSlotType::dimm, 1, true);
  fixture.driver.set_in_use(AcpiSlotType::cpu, 0, true);  // another slot altogether
  CHECK(fixture.driver.in_use(AcpiSlotType::dimm, 1));
  CHECK_FALSE(fixture.driver.in_use(AcpiSlotType::dimm, 0));
  fixture.machine.memory.request_unplug(0);
  fixture.machine.memory.request_unplug(1);
  fixture.driver.scan_dimms();
  CHECK(fixture.told() ==
        Lines{dimm_ost("dimm0", 3, 132, 0), R"({"device": "dimm0", "path": "/machine/peripheral/dimm0"})",
              dimm_ost("", 3, 0, 0), dimm_ost("dimm1", 3, 132, 1), dimm_ost("dimm1", 3, 129, 1)});
  fixture.driver.set_in_use(AcpiSlotType::dimm, 1, false);
  CHECK(fixture.machine.memory.request_unplug(1));
  fixture.driver.scan_dimms();
  CHECK_FALSE(fixture.machine.memory.dimm_in(1));
}

TEST_CASE("CPUs that come and go are found by the controller and answered likewise", "[hypervisor]") {
  Fixture fixture;
  REQUIRE(fixture.machine.plug_cpu(3, ""));
  fixture.machine.cpus.request_unplug(1);
  CHECK(text_of(fixture.driver.scan_cpus()) ==
        "0xcd8<-0 0xcdd<-0 0xcdc<-4 0xcd8<-0 0xcdd<-0 0xcdc<-2 0xcd8<-0 0xcdd<-0 "
        "0xcd8<-1 0xcdd<-1 0xce0<-3 0xcdd<-2 0xce0<-0x84 0xcd8<-1 0xcdc<-8 "
        "0xcd8<-1 0xcdd<-1 0xce0<-3 0xcdd<-2 0xce0<-0 0xcd8<-3 0xcdd<-1 0xce0<-1 0xcdd<-2 0xce0<-0");
  CHECK(fixture.told() == Lines{cpu_ost("cpu1", 3, 132, 1), R"({"path": "/machine/peripheral/cpu1/lapic"})",
                                R"({"device": "cpu1", "path": "/machine/peripheral/cpu1"})",
                                cpu_ost("", 3, 0, 1), cpu_ost("", 1, 0, 3)});
}

TEST_CASE("a CPU in use stays", "[hypervisor]") {
  Fixture fixture;
  fixture.driver.set_in_use(AcpiSlotType::cpu, 1, true);
  fixture.machine.cpus.request_unplug(1);
  fixture.driver.scan_cpus();
  CHECK(fixture.told() == Lines{cpu_ost("cpu1", 3, 132, 1), cpu_ost("cpu1", 3, 129, 1)});
}

TEST_CASE("a scan ends on a bus that always has news", "[hypervisor]") {
  int writes = 0;
  HotplugDriver driver(
      {[&](const PortWrite&) { ++writes; }, [](std::uint16_t, unsigned) { return 0xffffffffu; }},
      {2, 0xcd8, 2});
  driver.scan_cpus();
  driver.scan_dimms();
  CHECK(writes < 100);
}
