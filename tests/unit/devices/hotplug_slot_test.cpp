// SPDX-License-Identifier: MIT
#include "devices/hotplug_slot.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("a slot remembers what came, by id or by number", "[devices]") {
  HotplugSlot slot;
  CHECK_FALSE(slot.plugged());
  CHECK_FALSE(slot.holds("/machine/peripheral-anon/device[0]"));
  slot.plug("", 2, PlugTime::cold);
  CHECK(slot.plugged());
  CHECK_FALSE(slot.has_event());
  CHECK(slot.flags() == kSlotEnabled);
  CHECK(slot.holds("/machine/peripheral-anon/device[2]"));
  CHECK_FALSE(slot.holds(""));
  const EjectedDevice gone = slot.eject();
  CHECK(gone.id.empty());
  CHECK(gone.path == "/machine/peripheral-anon/device[2]");
  slot.plug("d", 0, PlugTime::hot);
  CHECK(slot.flags() == (kSlotEnabled | kSlotInsertEvent));
  CHECK(slot.holds("d"));
  CHECK(slot.eject().path == "/machine/peripheral/d");
  CHECK(slot.flags() == 0);
}

TEST_CASE("each event is cleared by its own bit", "[devices]") {
  HotplugSlot slot;
  slot.plug("d", 0, PlugTime::hot);
  slot.request_unplug();
  CHECK(slot.has_event());
  for (const std::uint8_t other : {std::uint8_t{0}, kSlotEnabled, kSlotEject}) slot.clear_event(other);
  CHECK(slot.flags() == (kSlotEnabled | kSlotInsertEvent | kSlotRemoveEvent));
  slot.clear_event(kSlotInsertEvent);
  CHECK(slot.flags() == (kSlotEnabled | kSlotRemoveEvent));
  slot.clear_event(kSlotRemoveEvent);
  CHECK_FALSE(slot.has_event());
}

TEST_CASE("a device can be asked for at any time, and its guest sees each request that it has not seen",
          "[devices]") {
  HotplugSlot slot;
  CHECK_FALSE(slot.request_unplug());
  CHECK(slot.flags() == 0);
  slot.plug("d", 0, PlugTime::cold);
  CHECK(slot.request_unplug());
  CHECK(slot.request_unplug());
  CHECK(slot.flags() == (kSlotEnabled | kSlotRemoveEvent));
  slot.clear_event(kSlotRemoveEvent);
  CHECK(slot.request_unplug());  // it has seen it, and said nothing yet
  CHECK(slot.flags() == (kSlotEnabled | kSlotRemoveEvent));
  slot.eject();
  slot.plug("d", 0, PlugTime::cold);
  CHECK(slot.flags() == kSlotEnabled);
}

TEST_CASE("of several requests in one control write the lowest counts", "[devices]") {
  CHECK(slot_request(0) == 0);
  CHECK(slot_request(0xffffffe1) == 0);  // no request among them
  CHECK(slot_request(0xff) == kSlotInsertEvent);
  CHECK(slot_request(0x1d) == kSlotRemoveEvent);
  CHECK(slot_request(0x18) == kSlotEject);
  CHECK(slot_request(0x10) == 0x10);
}

TEST_CASE("what _OST said outlives the device", "[devices]") {
  HotplugSlot slot;
  slot.plug("d", 0, PlugTime::cold);
  slot.set_ost_source(3);
  slot.set_ost_status(0xffffffff);
  slot.eject();
  const OstReport report = slot.report(AcpiSlotType::cpu);
  CHECK(report.slot_type == AcpiSlotType::cpu);
  CHECK(report.source == 3);
  CHECK(report.status == 0xffffffff);
}
