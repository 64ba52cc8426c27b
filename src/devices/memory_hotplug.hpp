// SPDX-License-Identifier: MIT
// ACPI memory hotplug interface, the part a guest's _OST and _EJ0 methods write: slot selector, OST event
// (source), OST status, control. Only the write of the status reports; it carries the slot's last source. Any
// thread: a vCPU writes while the loop thread answers query-acpi-ospm-status. The lock is held across emit so
// that events leave in the order of the writes.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include <qmpev/emitter.hpp>

#include "hooks/acpi_ost.hpp"

namespace qmpev {

/// Port numbers (32-bit writes) of the memory hotplug interface at its usual place.
inline constexpr std::uint16_t kMemoryHotplugSelectorPort = 0x0a00;
inline constexpr std::uint16_t kMemoryHotplugOstEventPort = 0x0a04;
inline constexpr std::uint16_t kMemoryHotplugOstStatusPort = 0x0a08;
inline constexpr std::uint16_t kMemoryHotplugControlPort = 0x0a14;
inline constexpr std::uint32_t kMemoryHotplugEject = 1u << 3;  ///< control: take the device out of the slot

class MemoryHotplug {
 public:
  /// What query-acpi-ospm-status says about one slot.
  struct SlotStatus {
    std::string device_id;  ///< empty: no device, or one without an id
    std::uint32_t slot;
    OstReport report;
  };

  MemoryHotplug(Emitter emitter, std::uint32_t slots);

  /// Puts a DIMM into a slot. `device_id` may be empty. False: there is no such slot.
  bool plug(std::uint32_t slot, std::string device_id);

  /// The guest writes to a port of the interface. Ports and slots that do not exist are ignored.
  void out(std::uint16_t port, std::uint32_t value);

  /// All slots, in order.
  std::vector<SlotStatus> ospm_status() const;

 private:
  struct Slot {
    std::string device_id;
    std::uint32_t source = 0;
    std::uint32_t status = 0;
  };
  static OstReport report_of(const Slot& slot) noexcept;
  void write_slot(Slot& slot, std::uint16_t port, std::uint32_t value);

  const Emitter emitter_;
  mutable std::mutex mutex_;
  std::uint32_t selector_ = 0;  // guarded by mutex_
  std::vector<Slot> slots_;     // guarded by mutex_
};

}  // namespace qmpev
