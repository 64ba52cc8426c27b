// SPDX-License-Identifier: MIT
// The machine that `qmpev serve` runs: the five device models, wired to one emitter, behind the ports a guest
// sees. Thread: as each device says; the port decoder is for any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <qmpev/emitter.hpp>

#include "devices/hyperv_crash.hpp"
#include "devices/machine.hpp"
#include "devices/memory_hotplug.hpp"
#include "devices/power_ports.hpp"
#include "devices/pvpanic.hpp"
#include "devices/s390_cpu.hpp"
#include "devices/spice_server.hpp"
#include "devices/virtio_balloon.hpp"
#include "hypervisor/hypervisor_config.hpp"
#include "hypervisor/quorum_disk.hpp"

namespace qmpev {

/// One write of a guest to an I/O port.
struct PortWrite {
  std::uint16_t port;
  std::uint32_t value;
};

/// Writes as the demo shows them: `0xa00<-1 0xa08<-0x81`.
std::string text_of(const std::vector<PortWrite>& writes);

struct ReferenceMachine {
  static constexpr std::uint64_t kRamBytes = std::uint64_t{512} << 20;
  static constexpr std::uint32_t kMemorySlots = 4;
  static constexpr const char* kSpiceHost = "127.0.0.1";
  static constexpr std::uint16_t kSpicePort = 5900;

  /// `on_end` as Machine takes it.
  ReferenceMachine(const Emitter& emitter, Machine::OnEnd on_end, const HypervisorConfig& config = {});

  /// A write to a port, by the guest unless it is said; what no device claims is ignored.
  void out(const PortWrite& write, Access access = Access::vcpu);

  Machine machine;
  MemoryHotplug memory;  ///< dimm0 and dimm1 in slots 0 and 1
  VirtioBalloon balloon;
  Pvpanic pvpanic;
  PowerPorts power;
  HypervCrash hyperv;
  S390Cpu s390;  ///< a processor of another platform, for its crash details
  SpiceServer spice;
  QuorumDisk disk;  ///< disk0 in memory until somebody puts in another one, before the guest runs
};

}  // namespace qmpev
