// SPDX-License-Identifier: MIT
#include "devices/cpu_hotplug.hpp"

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

constexpr std::uint16_t kBase = kCpuHotplugBasePc;

/// Four slots: the boot CPU, one named cpu1, one without an id, an empty one.
struct Fixture {
  explicit Fixture(CpuDeletion deletion = CpuDeletion::lapic_and_cpu)
      : cpus(recorder.emitter, {kBase, {0, 0x0123456789abcdef, 8, 12}, deletion}) {
    cpus.plug_boot_cpu(0);
    cpus.plug(1, "cpu1");
    cpus.plug(2, "", 5);
  }
  void write(unsigned offset, std::uint32_t value, unsigned size = 4) {
    cpus.out(static_cast<std::uint16_t>(kBase + offset), value, size);
  }
  std::uint32_t read(unsigned offset, unsigned size = 4) {
    return cpus.in(static_cast<std::uint16_t>(kBase + offset), size);
  }
  std::uint32_t flags(std::uint32_t slot) {
    write(kCpuHotplugSelector, slot);
    return read(kCpuHotplugStatus, 1);
  }
  void report(std::uint32_t source, std::uint32_t status) {
    write(kCpuHotplugCommand, kCpuCommandOstEvent, 1);
    write(kCpuHotplugData, source);
    write(kCpuHotplugCommand, kCpuCommandOstStatus, 1);
    write(kCpuHotplugData, status);
  }
  /// The data of each event.
  std::vector<std::string> told() {
    std::vector<std::string> data;
    for (const std::string& line : recorder.lines(WireForm::document)) {
      const auto start = line.find("\"data\": ") + 8;
      data.push_back(line.substr(start, line.size() - start - 3));
    }
    return data;
  }
  test::RecordingEmitter recorder;
  CpuHotplug cpus;
};

}  // namespace

TEST_CASE("only the status of _OST reports, with the slot's last source", "[devices]") {
  Fixture fixture;
  fixture.write(kCpuHotplugSelector, 1);
  fixture.write(kCpuHotplugCommand, kCpuCommandOstEvent, 1);
  fixture.write(kCpuHotplugData, 3);
  CHECK(fixture.told().empty());
  fixture.write(kCpuHotplugCommand, kCpuCommandOstStatus, 1);
  fixture.write(kCpuHotplugData, 0xffffffff);
  fixture.write(kCpuHotplugData, 0x1ff, 1);
  for (const std::uint32_t command : {0u, 3u, 4u, 255u}) {
    fixture.write(kCpuHotplugCommand, command, 1);
    fixture.write(kCpuHotplugData, 7);
  }
  CHECK(fixture.told() ==
        std::vector<std::string>{
            R"({"device": "cpu1", "source": 3, "status": 4294967295, "slot": "1", "slot-type": "CPU"})",
            R"({"device": "cpu1", "source": 3, "status": 255, "slot": "1", "slot-type": "CPU"})"});
}

TEST_CASE("a command that there is not leaves the one before", "[devices]") {
  Fixture fixture;
  fixture.write(kCpuHotplugSelector, 1);
  for (const std::uint32_t unknown : {4u, 255u}) {
    fixture.write(kCpuHotplugCommand, kCpuCommandOstStatus, 1);
    fixture.write(kCpuHotplugCommand, unknown, 1);
    fixture.write(kCpuHotplugData, unknown);
  }
  CHECK(fixture.told().size() == 2);
}

TEST_CASE("a selector of no slot stops everything but itself and reads as 0", "[devices]") {
  Fixture fixture;
  fixture.write(kCpuHotplugCommand, kCpuCommandOstStatus, 1);
  for (const std::uint32_t slot : {4u, 0xffffffffu}) {
    fixture.write(kCpuHotplugSelector, slot);
    fixture.write(kCpuHotplugData, 1);
    fixture.write(kCpuHotplugControl, kSlotEject, 1);
    fixture.write(kCpuHotplugCommand, kCpuCommandArchId, 1);
    for (const unsigned offset : {0u, 4u, 8u}) CHECK(fixture.read(offset) == 0);
  }
  CHECK(fixture.told().empty());
  fixture.write(kCpuHotplugSelector, 0);
  fixture.write(kCpuHotplugData, 1);  // the command is still that of before
  CHECK(fixture.told().size() == 1);
}

TEST_CASE("the command finds the next CPU with an event and stays where it is without one", "[devices]") {
  Fixture fixture;
  fixture.write(kCpuHotplugSelector, 2);
  fixture.write(kCpuHotplugCommand, kCpuCommandNextEvent, 1);
  CHECK(fixture.read(kCpuHotplugData) == 2);
  fixture.cpus.request_unplug(1);
  fixture.cpus.plug(3, "cpu3", 0, PlugTime::hot);
  fixture.write(kCpuHotplugCommand, kCpuCommandNextEvent, 1);
  CHECK(fixture.read(kCpuHotplugData) == 3);
  CHECK(fixture.read(kCpuHotplugStatus, 1) == (kSlotEnabled | kSlotInsertEvent));
  fixture.write(kCpuHotplugControl, kSlotInsertEvent, 1);
  fixture.write(kCpuHotplugCommand, kCpuCommandNextEvent, 1);
  CHECK(fixture.read(kCpuHotplugData) == 1);  // around the end
  CHECK(fixture.read(kCpuHotplugStatus, 1) == (kSlotEnabled | kSlotRemoveEvent));
  fixture.write(kCpuHotplugControl, kSlotRemoveEvent, 1);
  CHECK(fixture.read(kCpuHotplugStatus, 1) == kSlotEnabled);
}

TEST_CASE("the architecture's id of a slot comes in two halves", "[devices]") {
  Fixture fixture;
  fixture.write(kCpuHotplugSelector, 1);
  fixture.write(kCpuHotplugCommand, kCpuCommandArchId, 1);
  CHECK(fixture.read(kCpuHotplugData) == 0x89abcdef);
  CHECK(fixture.read(kCpuHotplugData2) == 0x01234567);
  CHECK(fixture.read(3, 2) == 0x0101);
  CHECK(fixture.read(5, 3) == 0);
  for (const std::uint32_t command : {1u, 2u, 4u, 255u}) {
    fixture.write(kCpuHotplugCommand, command, 1);
    CHECK(fixture.read(kCpuHotplugData) == 0);
    CHECK(fixture.read(kCpuHotplugData2) == 0);
  }
}

TEST_CASE("an ejected CPU takes its interrupt controller along, which is told first", "[devices]") {
  Fixture fixture;
  fixture.flags(1);
  fixture.write(kCpuHotplugControl, kSlotEject, 1);
  fixture.write(kCpuHotplugControl, kSlotEject, 1);
  fixture.flags(2);
  fixture.write(kCpuHotplugControl, kSlotEject, 1);
  CHECK(fixture.told() == std::vector<std::string>{
                              R"({"path": "/machine/peripheral/cpu1/lapic"})",
                              R"({"device": "cpu1", "path": "/machine/peripheral/cpu1"})",
                              R"({"path": "/machine/peripheral-anon/device[5]/lapic"})",
                              R"({"path": "/machine/peripheral-anon/device[5]"})",
                          });
  CHECK(fixture.cpus.plugged() == std::vector<bool>{true, false, false, false});
}

TEST_CASE("QEMU under TCG tells of the interrupt controller alone", "[devices]") {
  Fixture fixture(CpuDeletion::lapic_alone);
  fixture.flags(1);
  fixture.write(kCpuHotplugControl, kSlotEject, 1);
  CHECK(fixture.told() == std::vector<std::string>{R"({"path": "/machine/peripheral/cpu1/lapic"})"});
}

TEST_CASE("the boot CPU stays", "[devices]") {
  Fixture fixture;
  CHECK(fixture.flags(0) == kSlotEnabled);
  fixture.write(kCpuHotplugControl, kSlotEject, 1);
  fixture.write(kCpuHotplugControl, kCpuFirmwareEject, 1);
  CHECK(fixture.flags(0) == kSlotEnabled);
  CHECK_FALSE(fixture.cpus.request_unplug(0));
  CHECK_FALSE(fixture.cpus.slot_of("/machine/peripheral-anon/device[0]"));
  CHECK(fixture.told().empty());
}

TEST_CASE("a guest may leave the ejection to its firmware", "[devices]") {
  Fixture fixture;
  fixture.flags(1);
  fixture.write(kCpuHotplugControl, kCpuFirmwareEject, 1);
  CHECK(fixture.flags(1) == (kSlotEnabled | kCpuFirmwareEject));
  fixture.write(kCpuHotplugControl, kSlotEject, 1);
  CHECK(fixture.flags(1) == 0);
  CHECK(fixture.flags(3) == 0);
  fixture.write(kCpuHotplugControl, kCpuFirmwareEject, 1);
  CHECK(fixture.flags(3) == 0);  // nothing to eject
}

TEST_CASE("a control write does one thing to a CPU: the lowest of its bits", "[devices]") {
  Fixture fixture;
  CHECK(fixture.cpus.request_unplug(1));
  fixture.flags(1);
  fixture.write(kCpuHotplugControl, kSlotRemoveEvent | kSlotEject | kCpuFirmwareEject, 1);
  CHECK(fixture.flags(1) == kSlotEnabled);
  CHECK(fixture.told().empty());
  fixture.write(kCpuHotplugControl, kSlotEject | kCpuFirmwareEject, 1);
  CHECK(fixture.flags(1) == 0);
}

TEST_CASE("CPUs are plugged into empty slots and asked for", "[devices]") {
  Fixture fixture;
  CHECK_FALSE(fixture.cpus.plug(1, "other"));
  CHECK_FALSE(fixture.cpus.plug(4, "other"));
  CHECK_FALSE(fixture.cpus.plug_boot_cpu(1));
  CHECK(fixture.cpus.slot_of("cpu1") == 1);
  CHECK(fixture.cpus.slot_of("/machine/peripheral-anon/device[5]") == 2);
  CHECK_FALSE(fixture.cpus.slot_of("cpu9"));
  CHECK(fixture.cpus.request_unplug(1));
  CHECK(fixture.flags(1) == (kSlotEnabled | kSlotRemoveEvent));
  CHECK_FALSE(fixture.cpus.request_unplug(3));
  CHECK_FALSE(fixture.cpus.request_unplug(4));
}

TEST_CASE("every slot of CPUs is in the status list", "[devices]") {
  Fixture fixture;
  fixture.write(kCpuHotplugSelector, 3);
  fixture.report(1, 2);
  const auto rows = fixture.cpus.ospm_status();
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].device_id == "cpu1");
  CHECK(rows[3].slot == 3);
  CHECK(rows[3].report.slot_type == AcpiSlotType::cpu);
  CHECK(rows[3].report.source == 1);
  CHECK(rows[3].report.status == 2);
}

TEST_CASE("accesses of other sizes, at other places and of other ports are none", "[devices]") {
  Fixture fixture;
  fixture.write(kCpuHotplugSelector, 1);
  fixture.write(kCpuHotplugSelector, 3, 0);
  fixture.write(kCpuHotplugSelector, 3, 5);
  fixture.write(kCpuHotplugSelector + 1, 3, 1);
  fixture.cpus.out(kBase - 1, 3, 4);
  fixture.cpus.out(kBase + kCpuHotplugPorts, 3, 4);
  CHECK(fixture.read(kCpuHotplugData) == 1);
  CHECK(fixture.read(kCpuHotplugData, 0) == 0xffffffff);
  CHECK(fixture.cpus.in(kBase + kCpuHotplugPorts, 2) == 0xffff);
  CHECK(fixture.read(10, 4) == 0xffff0000);
  CHECK_FALSE(fixture.cpus.claims(kBase - 1));
  CHECK_FALSE(fixture.cpus.claims(kBase + kCpuHotplugPorts));
}

TEST_CASE("a controller without slots answers nothing", "[devices]") {
  test::RecordingEmitter recorder;
  CpuHotplug none(recorder.emitter, {});
  for (const unsigned offset : {0u, 4u, 5u, 8u})
    none.out(static_cast<std::uint16_t>(kCpuHotplugBaseQ35 + offset), 0, 4);
  CHECK(none.in(kCpuHotplugBaseQ35, 4) == 0);
  CHECK(none.ospm_status().empty());
}

TEST_CASE("the CPUs that are there say where they stand in the tree of objects", "[devices]") {
  Fixture fixture;
  const std::vector<PluggedCpu> cpus = fixture.cpus.cpus();
  REQUIRE(cpus.size() == 3);
  CHECK(cpus[0].path == kBootCpuPath);
  CHECK(cpus[1].path == "/machine/peripheral/cpu1");
  CHECK(cpus[1].id == "cpu1");
  CHECK(cpus[1].arch_id == 0x0123456789abcdef);
  CHECK(cpus[2].path == "/machine/peripheral-anon/device[5]");
  CHECK(cpus[2].id.empty());
  CHECK(cpus[2].slot == 2);
}
