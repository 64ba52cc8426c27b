// SPDX-License-Identifier: MIT
#include "devices/cpu_hotplug.hpp"

#include <utility>

#include "devices/register_image.hpp"
#include "hooks/device_deleted.hpp"

namespace qmpev {

CpuHotplug::CpuHotplug(Emitter emitter, Config config)
    : emitter_(std::move(emitter)), config_(std::move(config)), slots_(config_.arch_ids.size()) {}

bool CpuHotplug::is_free(std::uint32_t slot) const noexcept {
  return slot < slots_.size() && !slots_[slot].state.plugged();
}

bool CpuHotplug::plug_boot_cpu(std::uint32_t slot) {
  const std::lock_guard lock(mutex_);
  if (!is_free(slot)) return false;
  slots_[slot].state.plug({}, 0, PlugTime::cold);
  slots_[slot].boot = true;
  return true;
}

bool CpuHotplug::plug(std::uint32_t slot, std::string id, std::uint32_t anonymous_number, PlugTime time) {
  const std::lock_guard lock(mutex_);
  if (!is_free(slot)) return false;
  slots_[slot].state.plug(std::move(id), anonymous_number, time);
  return true;
}

bool CpuHotplug::request_unplug(std::uint32_t slot) {
  const std::lock_guard lock(mutex_);
  return slot < slots_.size() && !slots_[slot].boot && slots_[slot].state.request_unplug();
}

std::optional<std::uint32_t> CpuHotplug::slot_of(std::string_view device) const {
  const std::lock_guard lock(mutex_);
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot)
    if (!slots_[slot].boot && slots_[slot].state.holds(device)) return slot;
  return std::nullopt;
}

void CpuHotplug::out(std::uint16_t port, std::uint32_t value, unsigned size) {
  if (!claims(port) || !is_access(size)) return;
  const auto offset = static_cast<std::uint16_t>(port - config_.base);
  const std::lock_guard lock(mutex_);
  if (offset == kCpuHotplugSelector) {
    selector_ = truncated(value, size);
  } else if (selector_ < slots_.size()) {
    write_slot(slots_[selector_], offset, truncated(value, size));
  }
}

void CpuHotplug::write_slot(Slot& slot, std::uint16_t offset, std::uint32_t value) {
  switch (offset) {
    case kCpuHotplugControl:
      return control(slot, slot_request(value));
    case kCpuHotplugCommand:
      return command(static_cast<std::uint8_t>(value));
    case kCpuHotplugData:
      return write_data(slot, value);
    default:
      return;
  }
}

void CpuHotplug::control(Slot& slot, std::uint8_t request) {
  slot.state.clear_event(request);
  if (!slot.state.plugged() || slot.boot) return;
  if (request == kCpuFirmwareEject) slot.firmware_eject = true;
  if (request == kSlotEject) eject(slot);
}

void CpuHotplug::command(std::uint8_t command) {
  if (command > kCpuCommandArchId) return;
  command_ = command;
  if (command != kCpuCommandNextEvent) return;
  for (std::size_t step = 0; step < slots_.size(); ++step) {
    const std::size_t candidate = (selector_ + step) % slots_.size();
    if (!slots_[candidate].state.has_event()) continue;
    selector_ = static_cast<std::uint32_t>(candidate);
    return;
  }
}

void CpuHotplug::write_data(Slot& slot, std::uint32_t value) {
  if (command_ == kCpuCommandOstEvent) {
    slot.state.set_ost_source(value);
  } else if (command_ == kCpuCommandOstStatus) {
    slot.state.set_ost_status(value);
    emitter_.emit(
        acpi_device_ost(slot.state.device_id(), SlotText(selector_), slot.state.report(AcpiSlotType::cpu)));
  }
}

/// What belongs to the CPU goes before it.
void CpuHotplug::eject(Slot& slot) {
  slot.firmware_eject = false;
  const EjectedDevice gone = slot.state.eject();
  emitter_.emit(device_deleted({}, gone.path + "/lapic"));
  if (config_.deletion == CpuDeletion::lapic_and_cpu) emitter_.emit(device_deleted(gone.id, gone.path));
}

std::uint64_t CpuHotplug::data() const noexcept {
  if (command_ == kCpuCommandNextEvent) return selector_;
  if (command_ == kCpuCommandArchId) return config_.arch_ids[selector_];
  return 0;
}

std::uint32_t CpuHotplug::in(std::uint16_t port, unsigned size) const {
  const std::lock_guard lock(mutex_);
  RegisterImage<kCpuHotplugPorts> image;
  if (!claims(port)) return RegisterImage<kCpuHotplugPorts>(0xff).read(0, size);
  if (selector_ < slots_.size()) {
    const Slot& slot = slots_[selector_];
    image.put32(kCpuHotplugData2, static_cast<std::uint32_t>(data() >> 32));
    image.put8(kCpuHotplugStatus,
               static_cast<std::uint8_t>(slot.state.flags() | (slot.firmware_eject ? kCpuFirmwareEject : 0)));
    image.put32(kCpuHotplugData, static_cast<std::uint32_t>(data()));
  }
  return image.read(port - config_.base, size);
}

std::vector<SlotStatus> CpuHotplug::ospm_status() const {
  const std::lock_guard lock(mutex_);
  std::vector<SlotStatus> rows;
  rows.reserve(slots_.size());
  for (std::uint32_t number = 0; number < slots_.size(); ++number) {
    const HotplugSlot& slot = slots_[number].state;
    rows.push_back({slot.device_id(), number, slot.report(AcpiSlotType::cpu)});
  }
  return rows;
}

std::vector<PluggedCpu> CpuHotplug::cpus() const {
  const std::lock_guard lock(mutex_);
  std::vector<PluggedCpu> cpus;
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    const HotplugSlot& state = slots_[slot].state;
    if (!state.plugged()) continue;
    cpus.push_back(
        {slot, config_.arch_ids[slot], state.device_id(), slots_[slot].boot ? kBootCpuPath : state.path()});
  }
  return cpus;
}

std::vector<bool> CpuHotplug::plugged() const {
  const std::lock_guard lock(mutex_);
  std::vector<bool> plugged;
  for (const Slot& slot : slots_) plugged.push_back(slot.state.plugged());
  return plugged;
}

}  // namespace qmpev
