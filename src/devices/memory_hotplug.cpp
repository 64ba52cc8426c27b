// SPDX-License-Identifier: MIT
#include "devices/memory_hotplug.hpp"

#include <utility>

namespace qmpev {

MemoryHotplug::MemoryHotplug(Emitter emitter, std::uint32_t slots)
    : emitter_(std::move(emitter)), slots_(slots) {}

bool MemoryHotplug::plug(std::uint32_t slot, std::string device_id) {
  const std::lock_guard lock(mutex_);
  if (slot >= slots_.size()) return false;
  slots_[slot].device_id = std::move(device_id);
  return true;
}

void MemoryHotplug::out(std::uint16_t port, std::uint32_t value) {
  const std::lock_guard lock(mutex_);
  if (port == kMemoryHotplugSelectorPort) {
    selector_ = value;
  } else if (selector_ < slots_.size()) {
    write_slot(slots_[selector_], port, value);
  }
}

void MemoryHotplug::write_slot(Slot& slot, std::uint16_t port, std::uint32_t value) {
  switch (port) {
    case kMemoryHotplugOstEventPort:
      slot.source = value;
      break;
    case kMemoryHotplugOstStatusPort:
      slot.status = value;
      emitter_.emit(acpi_device_ost(slot.device_id, SlotText(selector_), report_of(slot)));
      break;
    case kMemoryHotplugControlPort:
      if (value & kMemoryHotplugEject) slot.device_id.clear();
      break;
    default:
      break;
  }
}

OstReport MemoryHotplug::report_of(const Slot& slot) noexcept {
  return {AcpiSlotType::dimm, slot.source, slot.status};
}

std::vector<MemoryHotplug::SlotStatus> MemoryHotplug::ospm_status() const {
  const std::lock_guard lock(mutex_);
  std::vector<SlotStatus> rows;
  rows.reserve(slots_.size());
  for (std::uint32_t number = 0; number < slots_.size(); ++number) {
    const Slot& slot = slots_[number];
    rows.push_back({slot.device_id, number, report_of(slot)});
  }
  return rows;
}

}  // namespace qmpev
