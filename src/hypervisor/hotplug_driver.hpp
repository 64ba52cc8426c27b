// SPDX-License-Identifier: MIT
// The guest's side of ACPI hot-plug: what firmware methods and operating system do when a notification says
// that something changed in the slots. All of it through the controllers' ports, in the order of a Linux
// guest. scan_*() are for the guest's thread; set_in_use() is for any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include <qmpev/events.hpp>

#include "hypervisor/port_access.hpp"

namespace qmpev {

class HotplugDriver {
 public:
  /// What a guest's firmware tables say about the machine.
  struct Slots {
    std::uint32_t dimms;
    std::uint16_t cpu_base;
    std::uint32_t cpus;
  };

  HotplugDriver(PortBus bus, Slots slots);

  /// The guest needs this device from now on, or no longer: it refuses to give it back.
  void set_in_use(AcpiSlotType type, std::uint32_t slot, bool in_use);
  bool in_use(AcpiSlotType type, std::uint32_t slot) const;

  /// Finds what changed and answers it: takes new devices into use, gives asked ones back or refuses. Returns
  /// the writes that it made.
  std::vector<PortWrite> scan_dimms();
  std::vector<PortWrite> scan_cpus();

 private:
  struct Change {
    std::uint32_t slot;
    bool removal;
  };
  using Report = void (HotplugDriver::*)(std::uint32_t slot, std::uint32_t source, std::uint32_t status);
  using Eject = void (HotplugDriver::*)(std::uint32_t slot);

  std::vector<Change> find_dimm_changes();
  std::vector<Change> find_cpu_changes();
  void answer(AcpiSlotType type, const std::vector<Change>& changes, Report report, Eject eject);
  void report_dimm(std::uint32_t slot, std::uint32_t source, std::uint32_t status);
  void report_cpu(std::uint32_t slot, std::uint32_t source, std::uint32_t status);
  void eject_dimm(std::uint32_t slot);
  void eject_cpu(std::uint32_t slot);
  std::uint16_t cpu_port(std::uint16_t offset) const noexcept {
    return static_cast<std::uint16_t>(slots_.cpu_base + offset);
  }
  void write(std::uint16_t port, std::uint32_t value, unsigned size);
  std::vector<PortWrite> take_writes() { return std::exchange(writes_, {}); }

  const PortBus bus_;
  const Slots slots_;
  std::vector<PortWrite> writes_;  // of the scan that runs
  mutable std::mutex mutex_;
  std::set<std::pair<AcpiSlotType, std::uint32_t>> in_use_;  // guarded by mutex_
};

}  // namespace qmpev
