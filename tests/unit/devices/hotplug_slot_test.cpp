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
  slot.clear_events(kSlotEnabled | kSlotEject);
  CHECK(slot.flags() == (kSlotEnabled | kSlotInsertEvent | kSlotRemoveEvent));
  slot.clear_events(kSlotInsertEvent);
  CHECK(slot.flags() == (kSlotEnabled | kSlotRemoveEvent));
  slot.clear_events(kSlotRemoveEvent);
  CHECK_FALSE(slot.has_event());
}

TEST_CASE("a device can be asked for again only when the guest has refused to give it", "[devices]") {
  HotplugSlot slot;
  CHECK(slot.request_unplug() == UnplugRequest::no_device);
  slot.plug("d", 0, PlugTime::cold);
  CHECK(slot.request_unplug() == UnplugRequest::asked);
  slot.set_ost_source(kOstDeviceCheck);
  slot.set_ost_status(kOstDeviceInUse);  // about its insertion
  CHECK(slot.request_unplug() == UnplugRequest::already_asked);
  slot.set_ost_source(kOstEjectRequest);
  for (const std::uint32_t status : {kOstEjectInProgress, kOstSuccess}) {
    slot.set_ost_status(status);
    CHECK(slot.request_unplug() == UnplugRequest::already_asked);
  }
  for (const std::uint32_t source : {kOstEjectRequest, kOstEjectProcessing}) {
    slot.set_ost_source(source);
    slot.set_ost_status(kOstDeviceInUse);
    CHECK(slot.request_unplug() == UnplugRequest::asked);
  }
  slot.eject();
  slot.plug("d", 0, PlugTime::cold);
  CHECK(slot.request_unplug() == UnplugRequest::asked);
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
