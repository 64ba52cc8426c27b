// SPDX-License-Identifier: MIT
#include "hooks/acpi_ost.hpp"

#include <charconv>

namespace qmpev {

SlotText::SlotText(std::uint32_t slot) noexcept {
  size_ = static_cast<std::size_t>(std::to_chars(digits_.data(), digits_.data() + digits_.size(), slot).ptr -
                                   digits_.data());
}

AcpiDeviceOst acpi_device_ost(std::string_view device_id, const SlotText& slot,
                              const OstReport& report) noexcept {
  AcpiDeviceOst event{};
  if (!device_id.empty()) event.device = device_id;
  event.slot = slot.view();
  event.slot_type = report.slot_type;
  event.source = report.source;
  event.status = report.status;
  return event;
}

}  // namespace qmpev
