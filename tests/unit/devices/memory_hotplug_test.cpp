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

/// Four slots, a DIMM `dimm0` in slot 1 and a DIMM without an id in slot 2: the machine of the captures.
struct Fixture {
  Fixture() {
    hotplug.plug(1, "dimm0");
    hotplug.plug(2, "");
  }
  /// Does what a trigger says, "outl 0xa00 1; outb 0xa08 0x42".
  void play(const std::string& trigger) {
    static const std::regex access("out[bl] (0x[0-9a-f]+) (\\w+)");
    for (std::sregex_iterator at(trigger.begin(), trigger.end(), access), end; at != end; ++at)
      hotplug.out(static_cast<std::uint16_t>(std::stoul((*at)[1], nullptr, 0)),
                  static_cast<std::uint32_t>(std::stoul((*at)[2], nullptr, 0)));
  }
  std::vector<std::string> qemu_lines() { return test::without_times(recorder.lines(WireForm::qemu)); }

  test::RecordingEmitter recorder;
  MemoryHotplug hotplug{recorder.emitter, 4};
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
      CHECK(fixture.qemu_lines() == test::captured_lines(scenario, kEvent));
    }
  }
}

TEST_CASE("a real guest's hotplug and unplug give the captured lines", "[devices]") {
  test::RecordingEmitter recorder;
  MemoryHotplug hotplug(recorder.emitter, 2);
  hotplug.plug(0, "dimm1");
  const auto report = [&](std::uint32_t source, std::uint32_t status) {
    hotplug.out(kMemoryHotplugSelectorPort, 0);
    hotplug.out(kMemoryHotplugOstEventPort, source);
    hotplug.out(kMemoryHotplugOstStatusPort, status);
  };
  report(1, 0);
  report(3, 132);
  hotplug.out(kMemoryHotplugControlPort, kMemoryHotplugEject);
  report(3, 0);
  auto expected = test::captured_lines("real Linux 6.1 guest: dimm hotplug");
  for (const std::string& line : test::captured_lines("real Linux 6.1 guest: dimm unplug request", kEvent))
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
  CHECK_FALSE(fixture.hotplug.plug(4, "dimm4"));
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
