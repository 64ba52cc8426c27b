// SPDX-License-Identifier: MIT
#include "devices/memory_hotplug.hpp"

#include <utility>

#include "devices/register_image.hpp"
#include "hooks/device_deleted.hpp"

namespace qmpev {

namespace {

using Image = RegisterImage<kMemoryHotplugPorts>;

constexpr std::size_t offset_of(std::uint16_t port) noexcept {
  return port - kMemoryHotplugSelectorPort;
}

}  // namespace

MemoryHotplug::MemoryHotplug(Emitter emitter, std::uint32_t slots, OnPluggedBytes on_plugged_bytes)
    : emitter_(std::move(emitter)), on_plugged_bytes_(std::move(on_plugged_bytes)), slots_(slots) {}

bool MemoryHotplug::plug(std::uint32_t slot, Dimm dimm, PlugTime time) {
  const std::lock_guard lock(mutex_);
  if (slot >= slots_.size() || slots_[slot].state.plugged()) return false;
  slots_[slot].state.plug(dimm.id, dimm.anonymous_number, time);
  slots_[slot].dimm = std::move(dimm);
  tell_plugged_bytes();
  return true;
}

bool MemoryHotplug::request_unplug(std::uint32_t slot) {
  const std::lock_guard lock(mutex_);
  return slot < slots_.size() && slots_[slot].state.request_unplug();
}

std::optional<std::uint32_t> MemoryHotplug::slot_of(std::string_view device) const {
  const std::lock_guard lock(mutex_);
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot)
    if (slots_[slot].state.holds(device)) return slot;
  return std::nullopt;
}

void MemoryHotplug::out(std::uint16_t port, std::uint32_t value, unsigned size) {
  if (!is_access(size)) return;
  const std::lock_guard lock(mutex_);
  if (port == kMemoryHotplugSelectorPort) {
    selector_ = truncated(value, size);
  } else if (selector_ < slots_.size()) {
    write_slot(slots_[selector_], port, truncated(value, size));
  }
}

void MemoryHotplug::write_slot(Slot& slot, std::uint16_t port, std::uint32_t value) {
  switch (port) {
    case kMemoryHotplugOstEventPort:
      slot.state.set_ost_source(value);
      break;
    case kMemoryHotplugOstStatusPort:
      slot.state.set_ost_status(value);
      emitter_.emit(acpi_device_ost(slot.state.device_id(), SlotText(selector_),
                                    slot.state.report(AcpiSlotType::dimm)));
      break;
    case kMemoryHotplugControlPort:
      control(slot, slot_request(value));
      break;
    default:
      break;
  }
}

void MemoryHotplug::control(Slot& slot, std::uint8_t request) {
  slot.state.clear_event(request);
  if (request == kSlotEject && slot.state.plugged()) eject(slot);
}

void MemoryHotplug::eject(Slot& slot) {
  const EjectedDevice gone = slot.state.eject();
  slot.dimm = {};
  tell_plugged_bytes();
  emitter_.emit(device_deleted(gone.id, gone.path));
}

void MemoryHotplug::tell_plugged_bytes() const {
  if (!on_plugged_bytes_) return;
  std::uint64_t bytes = 0;
  for (const Slot& slot : slots_) bytes += slot.dimm.size;
  on_plugged_bytes_(bytes);
}

std::uint32_t MemoryHotplug::in(std::uint16_t port, unsigned size) const {
  const std::lock_guard lock(mutex_);
  if (!claims(port)) return Image(0xff).read(0, size);
  Image image;
  if (selector_ < slots_.size()) {
    const Slot& slot = slots_[selector_];
    image.put64(offset_of(kMemoryHotplugAddressPort), slot.dimm.address);
    image.put64(offset_of(kMemoryHotplugSizePort), slot.dimm.size);
    image.put32(offset_of(kMemoryHotplugNodePort), slot.dimm.node);
    image.put8(offset_of(kMemoryHotplugStatusPort), slot.state.flags());
  }
  return image.read(offset_of(port), size);
}

std::vector<SlotStatus> MemoryHotplug::ospm_status() const {
  const std::lock_guard lock(mutex_);
  std::vector<SlotStatus> rows;
  rows.reserve(slots_.size());
  for (std::uint32_t number = 0; number < slots_.size(); ++number) {
    const HotplugSlot& slot = slots_[number].state;
    rows.push_back({slot.device_id(), number, slot.report(AcpiSlotType::dimm)});
  }
  return rows;
}

std::optional<Dimm> MemoryHotplug::dimm_in(std::uint32_t slot) const {
  const std::lock_guard lock(mutex_);
  if (slot >= slots_.size() || !slots_[slot].state.plugged()) return std::nullopt;
  return slots_[slot].dimm;
}

}  // namespace qmpev
