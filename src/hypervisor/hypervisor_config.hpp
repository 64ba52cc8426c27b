// SPDX-License-Identifier: MIT
// What can be chosen about a reference hypervisor before it runs: one member per device, each with a
// standard. Any thread.
#pragma once

#include <optional>
#include <string>

#include <qmpev/traffic.hpp>

#include "devices/machine.hpp"
#include "hypervisor/quorum_option.hpp"
#include "hypervisor/spice_option.hpp"

namespace qmpev {

struct HypervisorConfig {
  MachineConfig machine{};
  TrafficCallback on_traffic{};          ///< as ServerConfig takes it
  std::optional<QuorumOption> quorum{};  ///< the disk's image files; without it a disk in memory
  SpiceOption spice{};
  std::string name{};  ///< of the machine, as query-name says it; empty: "qmpev"
};

}  // namespace qmpev
