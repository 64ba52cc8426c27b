// SPDX-License-Identifier: MIT
// What can be chosen about a reference hypervisor before it runs: one member per device, each with a
// standard. Any thread.
#pragma once

#include "devices/machine.hpp"

namespace qmpev {

struct HypervisorConfig {
  MachineConfig machine{};
};

}  // namespace qmpev
