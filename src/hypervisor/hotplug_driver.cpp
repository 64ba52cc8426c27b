// SPDX-License-Identifier: MIT
#include "hypervisor/hotplug_driver.hpp"

#include "devices/cpu_hotplug.hpp"
#include "devices/memory_hotplug.hpp"

namespace qmpev {

namespace {

constexpr unsigned kByte = 1;
constexpr unsigned kDword = 4;

}  // namespace

HotplugDriver::HotplugDriver(PortBus bus, Slots slots) : bus_(std::move(bus)), slots_(slots) {}

void HotplugDriver::set_in_use(AcpiSlotType type, std::uint32_t slot, bool in_use) {
  const std::lock_guard lock(mutex_);
  if (in_use) {
    in_use_.emplace(type, slot);
  } else {
    in_use_.erase({type, slot});
  }
}

bool HotplugDriver::in_use(AcpiSlotType type, std::uint32_t slot) const {
  const std::lock_guard lock(mutex_);
  return in_use_.count({type, slot}) != 0;
}

void HotplugDriver::write(std::uint16_t port, std::uint32_t value, unsigned size) {
  writes_.push_back({port, value, size});
  bus_.out(writes_.back());
}

std::vector<PortWrite> HotplugDriver::scan_dimms() {
  answer(AcpiSlotType::dimm, find_dimm_changes(), &HotplugDriver::report_dimm, &HotplugDriver::eject_dimm);
  return take_writes();
}

std::vector<PortWrite> HotplugDriver::scan_cpus() {
  answer(AcpiSlotType::cpu, find_cpu_changes(), &HotplugDriver::report_cpu, &HotplugDriver::eject_cpu);
  return take_writes();
}

/// The firmware's part: looks at each slot, passes its news on to the operating system, and says so.
std::vector<HotplugDriver::Change> HotplugDriver::find_dimm_changes() {
  std::vector<Change> changes;
  for (std::uint32_t slot = 0; slot < slots_.dimms; ++slot) {
    write(kMemoryHotplugSelectorPort, slot, kDword);
    const std::uint32_t flags = bus_.in(kMemoryHotplugStatusPort, kByte);
    if (flags & kSlotInsertEvent) {
      changes.push_back({slot, false});
      write(kMemoryHotplugControlPort, kSlotInsertEvent, kByte);
    }
    if (flags & kSlotRemoveEvent) {
      changes.push_back({slot, true});
      write(kMemoryHotplugControlPort, kSlotRemoveEvent, kByte);
    }
  }
  return changes;
}

/// The same for CPUs, whose controller finds the slot with news. Each round clears all of one slot's, so
/// there are at most as many rounds as slots.
std::vector<HotplugDriver::Change> HotplugDriver::find_cpu_changes() {
  std::vector<Change> changes;
  for (std::uint32_t round = 0; round < slots_.cpus; ++round) {
    write(cpu_port(kCpuHotplugSelector), 0, kDword);
    write(cpu_port(kCpuHotplugCommand), kCpuCommandNextEvent, kByte);
    const std::uint32_t flags = bus_.in(cpu_port(kCpuHotplugStatus), kByte);
    if ((flags & (kSlotInsertEvent | kSlotRemoveEvent)) == 0) break;
    const std::uint32_t slot = bus_.in(cpu_port(kCpuHotplugData), kDword);
    if (flags & kSlotInsertEvent) {
      changes.push_back({slot, false});
      write(cpu_port(kCpuHotplugControl), kSlotInsertEvent, kByte);
    }
    if (flags & kSlotRemoveEvent) {
      changes.push_back({slot, true});
      write(cpu_port(kCpuHotplugControl), kSlotRemoveEvent, kByte);
    }
  }
  return changes;
}

/// The operating system's part.
void HotplugDriver::answer(AcpiSlotType type, const std::vector<Change>& changes, Report report,
                           Eject eject) {
  for (const Change& change : changes) {
    if (!change.removal) {
      (this->*report)(change.slot, kOstDeviceCheck, kOstSuccess);
      continue;
    }
    (this->*report)(change.slot, kOstEjectRequest, kOstEjectInProgress);
    const bool refuses = in_use(type, change.slot);
    if (!refuses) (this->*eject)(change.slot);
    (this->*report)(change.slot, kOstEjectRequest, refuses ? kOstDeviceInUse : kOstSuccess);
  }
}

void HotplugDriver::report_dimm(std::uint32_t slot, std::uint32_t source, std::uint32_t status) {
  write(kMemoryHotplugSelectorPort, slot, kDword);
  write(kMemoryHotplugOstEventPort, source, kDword);
  write(kMemoryHotplugOstStatusPort, status, kDword);
}

void HotplugDriver::eject_dimm(std::uint32_t slot) {
  write(kMemoryHotplugSelectorPort, slot, kDword);
  write(kMemoryHotplugControlPort, kSlotEject, kByte);
}

void HotplugDriver::report_cpu(std::uint32_t slot, std::uint32_t source, std::uint32_t status) {
  write(cpu_port(kCpuHotplugSelector), slot, kDword);
  write(cpu_port(kCpuHotplugCommand), kCpuCommandOstEvent, kByte);
  write(cpu_port(kCpuHotplugData), source, kDword);
  write(cpu_port(kCpuHotplugCommand), kCpuCommandOstStatus, kByte);
  write(cpu_port(kCpuHotplugData), status, kDword);
}

void HotplugDriver::eject_cpu(std::uint32_t slot) {
  write(cpu_port(kCpuHotplugSelector), slot, kDword);
  write(cpu_port(kCpuHotplugControl), kSlotEject, kByte);
}

}  // namespace qmpev
