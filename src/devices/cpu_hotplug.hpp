// SPDX-License-Identifier: MIT
// ACPI CPU hot-plug controller, the modern interface: 12 bytes of I/O ports through which a guest's firmware
// methods find the CPUs with news, answer for them (_OST) and take them out (_EJ0). Register facts: QEMU's
// interface document "acpi_cpu_hotplug". Only the write of the OST status reports. Any thread: a vCPU writes
// while the loop thread plugs and answers query-acpi-ospm-status. The lock is held across emit so that events
// leave in the order of the writes.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/emitter.hpp>

#include "devices/hotplug_slot.hpp"

namespace qmpev {

/// Where the registers begin: on q35 (ICH9) and on pc (PIIX4).
inline constexpr std::uint16_t kCpuHotplugBaseQ35 = 0x0cd8;
inline constexpr std::uint16_t kCpuHotplugBasePc = 0xaf00;
inline constexpr std::uint16_t kCpuHotplugPorts = 12;

/// Offsets of the registers. What is read at the selector is the upper half of the command's data.
inline constexpr std::uint16_t kCpuHotplugSelector = 0;
inline constexpr std::uint16_t kCpuHotplugData2 = 0;
inline constexpr std::uint16_t kCpuHotplugStatus = 4;   ///< read
inline constexpr std::uint16_t kCpuHotplugControl = 4;  ///< written
inline constexpr std::uint16_t kCpuHotplugCommand = 5;
inline constexpr std::uint16_t kCpuHotplugData = 8;

/// Status and control bit that only CPUs have: the guest hands the ejection over to its firmware.
inline constexpr std::uint8_t kCpuFirmwareEject = 1u << 4;

/// What the command register takes; anything else leaves it as it was.
inline constexpr std::uint8_t kCpuCommandNextEvent = 0;  ///< selects the next CPU that has one
inline constexpr std::uint8_t kCpuCommandOstEvent = 1;
inline constexpr std::uint8_t kCpuCommandOstStatus = 2;
inline constexpr std::uint8_t kCpuCommandArchId = 3;

/// Which objects are told to be gone with a CPU. Under TCG, QEMU 10.0 keeps the CPU's own object alive and
/// only its interrupt controller is told.
enum class CpuDeletion { lapic_and_cpu, lapic_alone };

/// Where the CPU the machine starts with stands in the tree of objects.
inline constexpr const char* kBootCpuPath = "/machine/unattached/device[0]";

/// A CPU that is there.
struct PluggedCpu {
  std::uint32_t slot;
  std::uint64_t arch_id;
  std::string id;    ///< empty: it has none
  std::string path;  ///< in the tree of objects
};

class CpuHotplug {
 public:
  struct Config {
    std::uint16_t base = kCpuHotplugBaseQ35;
    std::vector<std::uint64_t> arch_ids{};  ///< one per slot; on x86 the APIC id
    CpuDeletion deletion = CpuDeletion::lapic_and_cpu;
  };

  CpuHotplug(Emitter emitter, Config config);

  /// The CPU the machine starts with: it has no id and cannot go. False as plug().
  bool plug_boot_cpu(std::uint32_t slot);
  /// Puts a CPU into a slot; `id` may be empty. False: there is no such slot, or it is taken.
  bool plug(std::uint32_t slot, std::string id, std::uint32_t anonymous_number = 0,
            PlugTime time = PlugTime::cold);
  /// Asks the guest to give the CPU back: it finds the remove event in the slot. False: there is none that
  /// can go.
  bool request_unplug(std::uint32_t slot);
  /// The slot of the device with this id or path; the boot CPU has neither.
  std::optional<std::uint32_t> slot_of(std::string_view device) const;
  std::uint16_t base() const noexcept { return config_.base; }

  bool claims(std::uint16_t port) const noexcept {
    return port >= config_.base && port - config_.base < kCpuHotplugPorts;
  }
  /// The guest writes `size` bytes to a port. What does not begin at a register is ignored, and so is
  /// everything but the selector while that names no slot.
  void out(std::uint16_t port, std::uint32_t value, unsigned size);
  /// The guest reads `size` bytes from a port; 0 while the selector names no slot.
  std::uint32_t in(std::uint16_t port, unsigned size) const;

  /// All slots, in order.
  std::vector<SlotStatus> ospm_status() const;
  /// The CPUs that are there, in the order of their slots.
  std::vector<PluggedCpu> cpus() const;
  /// Whether there is a CPU in each slot.
  std::vector<bool> plugged() const;

 private:
  struct Slot {
    HotplugSlot state;
    bool boot = false;
    bool firmware_eject = false;
  };
  bool is_free(std::uint32_t slot) const noexcept;
  void write_slot(Slot& slot, std::uint16_t offset, std::uint32_t value);
  void control(Slot& slot, std::uint8_t request);
  void command(std::uint8_t command);
  void write_data(Slot& slot, std::uint32_t value);
  void eject(Slot& slot);
  std::uint64_t data() const noexcept;

  const Emitter emitter_;
  const Config config_;
  mutable std::mutex mutex_;
  std::uint32_t selector_ = 0;                   // guarded by mutex_
  std::uint8_t command_ = kCpuCommandNextEvent;  // guarded by mutex_
  std::vector<Slot> slots_;                      // guarded by mutex_
};

}  // namespace qmpev
