// SPDX-License-Identifier: MIT
// The machine that `qmpev serve` runs: the device models, wired to one emitter, behind the ports a guest
// sees. Thread: as each device says; the port decoder and plugging are for any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <qmpev/emitter.hpp>
#include <qmpev/result.hpp>

#include "devices/cpu_hotplug.hpp"
#include "devices/hyperv_crash.hpp"
#include "devices/machine.hpp"
#include "devices/memory_hotplug.hpp"
#include "devices/power_ports.hpp"
#include "devices/pvpanic.hpp"
#include "devices/s390_cpu.hpp"
#include "devices/spice_server.hpp"
#include "devices/virtio_balloon.hpp"
#include "hypervisor/hotplug_driver.hpp"
#include "hypervisor/hypervisor_config.hpp"
#include "hypervisor/port_access.hpp"
#include "hypervisor/quorum_disk.hpp"

namespace qmpev {

struct ReferenceMachine {
  static constexpr std::uint64_t kRamBytes = std::uint64_t{256} << 20;   ///< without DIMMs
  static constexpr std::uint64_t kDimmBytes = std::uint64_t{128} << 20;  ///< of dimm0 and dimm1
  static constexpr std::uint32_t kMemorySlots = 4;
  static constexpr std::uint32_t kCpuSlots = 4;
  /// Each slot's DIMM has a stretch of addresses of its own, above 4 GiB; it cannot be larger.
  static constexpr std::uint64_t kDimmAddressBase = std::uint64_t{4} << 30;
  static constexpr std::uint64_t kMaxDimmBytes = std::uint64_t{64} << 30;
  /// Of what is plugged; it is in every event about the device, and a client chooses it.
  static constexpr std::size_t kMaxDeviceIdBytes = 128;
  /// The balloon's configuration space behind its legacy PCI header.
  static constexpr std::uint16_t kBalloonConfigPort = 0xc014;
  static constexpr const char* kSpiceHost = "127.0.0.1";
  static constexpr std::uint16_t kSpicePort = 5900;

  /// `on_end` as Machine takes it.
  ReferenceMachine(const Emitter& emitter, Machine::OnEnd on_end, const HypervisorConfig& config = {});

  /// A write to a port, by the guest unless it is said; what no device claims is ignored, as is what
  /// is no access of 1 to 4 bytes.
  void out(const PortWrite& write, Access access = Access::vcpu);
  /// The guest reads from a port; what no device claims reads as ones.
  std::uint32_t in(std::uint16_t port, unsigned size);

  /// The host puts a device into an empty slot, while the guest runs; the guest's scan will find it. `id` may
  /// be empty. Fail with invalid_argument.
  Result<void> plug_dimm(std::uint32_t slot, const std::string& id, std::uint64_t bytes,
                         std::uint32_t node = 0);
  Result<void> plug_cpu(std::uint32_t slot, const std::string& id);

  Machine machine;
  MemoryHotplug memory;   ///< dimm0 and dimm1 in slots 0 and 1
  CpuHotplug cpus;        ///< the boot CPU in slot 0, cpu1 in slot 1
  VirtioBalloon balloon;  ///< RAM and DIMMs are what it takes from
  Pvpanic pvpanic;
  PowerPorts power;
  HypervCrash hyperv;
  S390Cpu s390;  ///< a processor of another platform, for its crash details
  SpiceServer spice;
  std::uint16_t spice_port = kSpicePort;  ///< where synthetic viewers connect to
  QuorumDisk disk;  ///< disk0 in memory until somebody puts in another one, before the guest runs
  HotplugDriver hotplug_driver;  ///< the guest's answers to plugging and unplugging

 private:
  Result<void> check_id(const std::string& id) const;
  std::uint32_t anonymous_number(const std::string& id);

  std::atomic<std::uint32_t> anonymous_devices_{0};
};

}  // namespace qmpev
