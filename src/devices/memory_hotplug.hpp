// SPDX-License-Identifier: MIT
// ACPI memory hot-plug controller: 24 bytes of I/O ports through which a guest's firmware methods look at
// DIMM slots (_STA, _CRS), answer for them (_OST) and empty them (_EJ0). Register facts: QEMU's interface
// document "acpi_mem_hotplug". Only the write of the OST status reports; it carries the slot's last source.
// Any thread: a vCPU writes while the loop thread plugs and answers query-acpi-ospm-status. The lock is held
// across emit so that events leave in the order of the writes.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/emitter.hpp>

#include "devices/hotplug_slot.hpp"

namespace qmpev {

/// Port numbers of the interface at its usual place, by what is written to them.
inline constexpr std::uint16_t kMemoryHotplugSelectorPort = 0x0a00;
inline constexpr std::uint16_t kMemoryHotplugOstEventPort = 0x0a04;
inline constexpr std::uint16_t kMemoryHotplugOstStatusPort = 0x0a08;
inline constexpr std::uint16_t kMemoryHotplugControlPort = 0x0a14;
/// Port numbers by what is read from them; address and size are 64 bits in two halves.
inline constexpr std::uint16_t kMemoryHotplugAddressPort = 0x0a00;
inline constexpr std::uint16_t kMemoryHotplugSizePort = 0x0a08;
inline constexpr std::uint16_t kMemoryHotplugNodePort = 0x0a10;
inline constexpr std::uint16_t kMemoryHotplugStatusPort = 0x0a14;
inline constexpr std::uint16_t kMemoryHotplugPorts = 24;

/// A memory module.
struct Dimm {
  std::string id;                    ///< empty: it has none
  std::uint64_t address = 0;         ///< where the guest sees it
  std::uint64_t size = 0;            ///< bytes
  std::uint32_t node = 0;            ///< NUMA node, the guest's proximity domain
  std::uint32_t anonymous_number{};  ///< names it in the tree of objects when it has no id
};

class MemoryHotplug {
 public:
  /// Called with the bytes of all plugged DIMMs after each change, under the controller's lock.
  using OnPluggedBytes = std::function<void(std::uint64_t bytes)>;

  MemoryHotplug(Emitter emitter, std::uint32_t slots, OnPluggedBytes on_plugged_bytes = {});

  /// Puts a DIMM into a slot. False: there is no such slot, or it is taken.
  bool plug(std::uint32_t slot, Dimm dimm, PlugTime time = PlugTime::cold);
  /// Asks the guest to give the DIMM back: it finds the remove event in the slot. False: there is none.
  bool request_unplug(std::uint32_t slot);
  /// The slot of the device with this id or path.
  std::optional<std::uint32_t> slot_of(std::string_view device) const;

  static bool claims(std::uint16_t port) noexcept {
    return port >= kMemoryHotplugSelectorPort && port - kMemoryHotplugSelectorPort < kMemoryHotplugPorts;
  }
  /// The guest writes `size` bytes to a port. What does not begin at a register is ignored.
  void out(std::uint16_t port, std::uint32_t value, unsigned size = 4);
  /// The guest reads `size` bytes from a port. A slot that does not exist reads as 0, as in QEMU.
  std::uint32_t in(std::uint16_t port, unsigned size = 4) const;

  /// All slots, in order.
  std::vector<SlotStatus> ospm_status() const;
  /// What is in a slot; none: nothing, or no such slot.
  std::optional<Dimm> dimm_in(std::uint32_t slot) const;

 private:
  struct Slot {
    HotplugSlot state;
    Dimm dimm;  // of a plugged slot
  };
  void write_slot(Slot& slot, std::uint16_t port, std::uint32_t value);
  void control(Slot& slot, std::uint8_t request);
  void eject(Slot& slot);
  void tell_plugged_bytes() const;

  const Emitter emitter_;
  const OnPluggedBytes on_plugged_bytes_;
  mutable std::mutex mutex_;
  std::uint32_t selector_ = 0;  // guarded by mutex_
  std::vector<Slot> slots_;     // guarded by mutex_
};

}  // namespace qmpev
