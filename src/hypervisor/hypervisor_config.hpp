// SPDX-License-Identifier: MIT
// What can be chosen about a reference hypervisor before it runs: one member per device, each with a
// standard. Any thread.
#pragma once

#include <qmpev/traffic.hpp>

#include "devices/machine.hpp"

namespace qmpev {

struct HypervisorConfig {
  MachineConfig machine{};
  TrafficCallback on_traffic{};  ///< as ServerConfig takes it
};

}  // namespace qmpev
