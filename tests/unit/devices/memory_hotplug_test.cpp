// SPDX-License-Identifier: MIT
#include "devices/memory_hotplug.hpp"

#include <catch2/catch.hpp>
#include <regex>
#include <set>

#include "support/captures.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

constexpr std::string_view kEvent = "ACPI_DEVICE_OST";
constexpr std::uint64_t kAddress = 0x0123456789abcdef;
constexpr std::uint64_t kSize = 0x8877665544332211;

/// Four slots, a DIMM `dimm0` in slot 1 and a DIMM without an id in slot 2: the machine of the captures.
struct Fixture {
  Fixture() {
    hotplug.plug(1, {"dimm0", kAddress, kSize, 3});
    hotplug.plug(2, {"", 0, 1, 0, 7});
  }
  /// Does what a trigger says, "outl 0xa00 1; outb 0xa08 0x42".
  void play(const std::string& trigger) {
    static const std::regex access("out([bl]) (0x[0-9a-f]+) (\\w+)");
    for (std::sregex_iterator at(trigger.begin(), trigger.end(), access), end; at != end; ++at)
      hotplug.out(static_cast<std::uint16_t>(std::stoul((*at)[2], nullptr, 0)),
                  static_cast<std::uint32_t>(std::stoul((*at)[3], nullptr, 0)), (*at)[1] == "b" ? 1 : 4);
  }
  void select(std::uint32_t slot) { hotplug.out(kMemoryHotplugSelectorPort, slot); }
  std::uint32_t flags(std::uint32_t slot) {
    select(slot);
    return hotplug.in(kMemoryHotplugStatusPort, 1);
  }
  std::vector<std::string> qemu_lines() { return test::without_times(recorder.lines(WireForm::qemu)); }

  test::RecordingEmitter recorder;
  std::vector<std::uint64_t> plugged_bytes;
  MemoryHotplug hotplug{recorder.emitter, 4, [this](std::uint64_t bytes) { plugged_bytes.push_back(bytes); }};
};

std::set<std::string> scenarios_of_this_device() {
  std::set<std::string> scenarios;
  for (const test::Capture& capture : test::captures())
    if (capture.name == kEvent && capture.trigger.find("outl 0xa00") != std::string::npos)
      scenarios.insert(capture.scenario);
  return scenarios;
}

}  // namespace

TEST_CASE("the captured register writes give the captured lines", "[devices]") {
  const auto scenarios = scenarios_of_this_device();
  REQUIRE(scenarios.size() >= 12);
  for (const std::string& scenario : scenarios) {
    DYNAMIC_SECTION(scenario) {
      Fixture fixture;
      // The captures of slot 1 without a source of their own were taken after a source of 9.
      fixture.play("outl 0xa00 1; outl 0xa04 9");
      for (const test::Capture& capture : test::captures()) {
        if (capture.scenario != scenario) continue;
        fixture.play(capture.trigger);
        break;
      }
      CHECK(fixture.qemu_lines() == test::captured_lines(scenario));
    }
  }
}

TEST_CASE("a real guest's hotplug and unplug give the captured lines", "[devices]") {
  test::RecordingEmitter recorder;
  MemoryHotplug hotplug(recorder.emitter, 2);
  hotplug.plug(0, {"dimm1"});
  const auto report = [&](std::uint32_t source, std::uint32_t status) {
    hotplug.out(kMemoryHotplugSelectorPort, 0);
    hotplug.out(kMemoryHotplugOstEventPort, source);
    hotplug.out(kMemoryHotplugOstStatusPort, status);
  };
  report(1, 0);
  report(3, 132);
  hotplug.out(kMemoryHotplugControlPort, kSlotEject);
  report(3, 0);
  auto expected = test::captured_lines("real Linux 6.1 guest: dimm hotplug");
  for (const std::string& line : test::captured_lines("real Linux 6.1 guest: dimm unplug request"))
    expected.push_back(line);
  CHECK(test::without_times(recorder.lines(WireForm::qemu)) == expected);
}

TEST_CASE("in the document's form the report stands bare in data", "[devices]") {
  Fixture fixture;
  fixture.play("outl 0xa00 1; outl 0xa04 3; outl 0xa08 0x81");
  const std::vector<std::string> lines = fixture.recorder.lines(WireForm::document);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].substr(lines[0].find("\"event\"")) ==
        "\"event\": \"ACPI_DEVICE_OST\", \"data\": {\"device\": \"dimm0\", \"source\": 3, \"status\": 129, "
        "\"slot\": \"1\", \"slot-type\": \"DIMM\"}}\r\n");
}

TEST_CASE("only the status write reports", "[devices]") {
  Fixture fixture;
  fixture.play("outl 0xa00 1; outl 0xa04 3; outl 0xa0c 7; outl 0xa14 2; outl 0xa00 1");
  CHECK(fixture.qemu_lines().empty());
}

TEST_CASE("a slot that does not exist reports nothing and takes nothing", "[devices]") {
  Fixture fixture;
  fixture.play("outl 0xa00 4; outl 0xa04 3; outl 0xa08 1; outl 0xa00 0xffffffff; outl 0xa08 1; outl 0xa14 8");
  CHECK(fixture.qemu_lines().empty());
  for (const auto& row : fixture.hotplug.ospm_status()) CHECK(row.report.status == 0);
  CHECK_FALSE(fixture.hotplug.plug(4, {"dimm4"}));
}

TEST_CASE("the status list has every slot in order, with what the guest said last", "[devices]") {
  Fixture fixture;
  fixture.play("outl 0xa00 1; outl 0xa04 9; outl 0xa08 0x42; outl 0xa00 3; outl 0xa08 1");
  const auto rows = fixture.hotplug.ospm_status();
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].device_id.empty());
  CHECK(rows[1].device_id == "dimm0");
  CHECK(rows[1].report.source == 9);
  CHECK(rows[1].report.status == 66);
  CHECK(rows[3].slot == 3);
  CHECK(rows[3].report.status == 1);
  fixture.play("outl 0xa00 1; outl 0xa14 0x16");
  CHECK(fixture.hotplug.ospm_status()[1].device_id == "dimm0");  // none of these bits ejects
  fixture.play("outl 0xa14 8");
  CHECK(fixture.hotplug.ospm_status()[1].device_id.empty());
}

TEST_CASE("a slot reads as its DIMM, by any access to its bytes", "[devices]") {
  Fixture fixture;
  MemoryHotplug& hotplug = fixture.hotplug;
  fixture.select(1);
  CHECK(hotplug.in(0xa00) == 0x89abcdef);
  CHECK(hotplug.in(0xa04) == 0x01234567);
  CHECK(hotplug.in(0xa08) == 0x44332211);
  CHECK(hotplug.in(0xa0c) == 0x88776655);
  CHECK(hotplug.in(0xa10) == 3);
  CHECK(hotplug.in(0xa14) == kSlotEnabled);
  CHECK(hotplug.in(0xa09, 1) == 0x22);
  CHECK(hotplug.in(0xa03, 2) == 0x6789);
  CHECK(hotplug.in(0xa0b, 3) == 0x665544);
  CHECK(hotplug.in(0xa17, 4) == 0xffffff00);  // three bytes beyond the block
  CHECK(hotplug.in(0xa18, 2) == 0xffff);
  CHECK(hotplug.in(0x9ff, 1) == 0xff);
}

TEST_CASE("an empty slot and one that does not exist read as nothing", "[devices]") {
  Fixture fixture;
  fixture.select(0);
  for (std::uint16_t port = 0xa00; port < 0xa18; ++port) CHECK(fixture.hotplug.in(port, 1) == 0);
  for (const std::uint32_t slot : {4u, 0xffffffffu}) {
    fixture.select(slot);
    for (std::uint16_t port = 0xa00; port < 0xa18; ++port) CHECK(fixture.hotplug.in(port, 1) == 0);
    CHECK(fixture.hotplug.in(0xa17, 4) == 0xffffff00);
  }
}

TEST_CASE("accesses of no bytes or too many are none", "[devices]") {
  Fixture fixture;
  fixture.select(1);
  for (const unsigned size : {0u, 5u, 8u, 0xffffffffu}) {
    fixture.hotplug.out(kMemoryHotplugOstStatusPort, 1, size);
    CHECK(fixture.hotplug.in(kMemoryHotplugStatusPort, size) == 0xffffffff);
  }
  CHECK(fixture.qemu_lines().empty());
}

TEST_CASE("a narrow write stores its own bytes, and only where a register begins", "[devices]") {
  Fixture fixture;
  fixture.select(1);
  fixture.hotplug.out(kMemoryHotplugOstEventPort, 0xffffffff, 4);
  fixture.hotplug.out(kMemoryHotplugOstEventPort, 0x11223344, 2);
  fixture.hotplug.out(kMemoryHotplugOstEventPort + 1, 0x55, 1);
  fixture.hotplug.out(kMemoryHotplugOstStatusPort + 2, 0x55, 1);
  fixture.hotplug.out(kMemoryHotplugControlPort - 1, 0x800, 2);
  CHECK(fixture.qemu_lines().empty());
  fixture.hotplug.out(kMemoryHotplugOstStatusPort, 0x11223344, 3);
  const OstReport report = fixture.hotplug.ospm_status()[1].report;
  CHECK(report.source == 0x3344);
  CHECK(report.status == 0x223344);
  fixture.hotplug.out(kMemoryHotplugSelectorPort, 0xffffff02, 1);
  CHECK(fixture.hotplug.in(kMemoryHotplugSizePort) == 1);  // slot 2
}

TEST_CASE("a DIMM that comes while the guest runs is announced until the guest has seen it", "[devices]") {
  Fixture fixture;
  REQUIRE(fixture.hotplug.plug(3, {"dimm3", 0, 128}, PlugTime::hot));
  CHECK(fixture.plugged_bytes.back() == kSize + 1 + 128);
  CHECK(fixture.flags(3) == (kSlotEnabled | kSlotInsertEvent));
  CHECK(fixture.flags(1) == kSlotEnabled);  // was there before
  fixture.play("outl 0xa00 3; outl 0xa14 4");
  CHECK(fixture.flags(3) == (kSlotEnabled | kSlotInsertEvent));
  fixture.play("outb 0xa14 2");
  CHECK(fixture.flags(3) == kSlotEnabled);
  CHECK(fixture.qemu_lines().empty());
}

TEST_CASE("a slot that is taken takes no other DIMM", "[devices]") {
  Fixture fixture;
  CHECK_FALSE(fixture.hotplug.plug(1, {"other"}));
  CHECK(fixture.hotplug.dimm_in(1)->id == "dimm0");
  CHECK_FALSE(fixture.hotplug.dimm_in(0));
  CHECK_FALSE(fixture.hotplug.dimm_in(4));
}

TEST_CASE("an ejected DIMM is gone, and told to be, by id or by number", "[devices]") {
  Fixture fixture;
  fixture.play("outl 0xa00 1; outb 0xa14 8; outb 0xa14 8; outl 0xa00 2; outb 0xa14 8");
  const auto lines = fixture.qemu_lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find("\"data\": {\"device\": \"dimm0\", \"path\": \"/machine/peripheral/dimm0\"}") !=
        std::string::npos);
  CHECK(lines[1].find("\"data\": {\"path\": \"/machine/peripheral-anon/device[7]\"}") != std::string::npos);
  CHECK(fixture.flags(1) == 0);
  CHECK(fixture.hotplug.in(kMemoryHotplugSizePort) == 0);
  CHECK(fixture.plugged_bytes == std::vector<std::uint64_t>{kSize, kSize + 1, 1, 0});
  CHECK(fixture.hotplug.plug(1, {"dimm0"}));  // the id can be used again
}

TEST_CASE("asking for a DIMM shows the guest the remove event", "[devices]") {
  Fixture fixture;
  CHECK(fixture.hotplug.request_unplug(1));
  CHECK_FALSE(fixture.hotplug.request_unplug(0));
  CHECK_FALSE(fixture.hotplug.request_unplug(4));
  CHECK(fixture.flags(1) == (kSlotEnabled | kSlotRemoveEvent));
  fixture.play("outb 0xa14 4");
  CHECK(fixture.flags(1) == kSlotEnabled);
  CHECK(fixture.hotplug.request_unplug(1));
  CHECK(fixture.flags(1) == (kSlotEnabled | kSlotRemoveEvent));
}

TEST_CASE("a control write that sees an event ejects nothing", "[devices]") {
  Fixture fixture;
  CHECK(fixture.hotplug.request_unplug(1));
  fixture.select(1);
  fixture.play("outb 0xa14 0xc");
  CHECK(fixture.flags(1) == kSlotEnabled);
  fixture.play("outb 0xa14 0xc");
  CHECK(fixture.flags(1) == kSlotEnabled);
  CHECK(fixture.qemu_lines().empty());
  fixture.play("outb 0xa14 0x18");
  CHECK(fixture.flags(1) == 0);
}

TEST_CASE("devices are found by id and by path", "[devices]") {
  Fixture fixture;
  CHECK(fixture.hotplug.slot_of("dimm0") == 1);
  CHECK(fixture.hotplug.slot_of("/machine/peripheral/dimm0") == 1);
  CHECK(fixture.hotplug.slot_of("/machine/peripheral-anon/device[7]") == 2);
  CHECK_FALSE(fixture.hotplug.slot_of(""));
  CHECK_FALSE(fixture.hotplug.slot_of("dimm"));
}
