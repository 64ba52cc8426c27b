// SPDX-License-Identifier: MIT
// ACPI _OST reports -> ACPI_DEVICE_OST: the slot number becomes its decimal text, an unnamed device has no
// name. Pure translation, no state. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <qmpev/events.hpp>

namespace qmpev {

/// A slot number as text; owns its digits, so that it can live in the expression that emits.
class SlotText {
 public:
  explicit SlotText(std::uint32_t slot) noexcept;
  std::string_view view() const noexcept { return {digits_.data(), size_}; }

 private:
  std::array<char, 10> digits_;  // 4294967295
  std::size_t size_;
};

/// What one _OST evaluation said about one slot.
struct OstReport {
  AcpiSlotType slot_type;
  std::uint32_t source;
  std::uint32_t status;
};

/// The event of a report. `device_id` is empty when the slot is, or when its device was created without an
/// id. The result borrows `device_id` and `slot`.
AcpiDeviceOst acpi_device_ost(std::string_view device_id, const SlotText& slot,
                              const OstReport& report) noexcept;

}  // namespace qmpev
