// SPDX-License-Identifier: MIT
#include "hooks/acpi_ost.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace qmpev;

TEST_CASE("a slot's text is its number in decimal, to the largest there is", "[hooks]") {
  CHECK(SlotText(0).view() == "0");
  CHECK(SlotText(17).view() == "17");
  CHECK(SlotText(std::numeric_limits<std::uint32_t>::max()).view() == "4294967295");
}

TEST_CASE("an _OST report carries the slot as text and its numbers unsigned", "[hooks]") {
  const SlotText slot(2);
  const AcpiDeviceOst event = acpi_device_ost("dimm1", slot, {AcpiSlotType::cpu, 0x80000000u, 0xffffffffu});
  CHECK(event.device == std::string_view("dimm1"));
  CHECK(event.slot == "2");
  CHECK(event.slot_type == AcpiSlotType::cpu);
  CHECK(event.source == 2147483648u);
  CHECK(event.status == 4294967295u);
}

TEST_CASE("a slot without a named device has no device member", "[hooks]") {
  const SlotText slot(0);
  CHECK_FALSE(acpi_device_ost("", slot, {AcpiSlotType::dimm, 3, 0}).device.has_value());
}
