// SPDX-License-Identifier: MIT
// What the guest can ask its disk for, and what the host can do to the copies under it. Threads as
// trigger.hpp says.
#pragma once

#include <cstdint>

#include "hypervisor/triggers.hpp"

namespace qmpev {

/// Bytes of one request: each copy answers into a buffer of its own.
inline constexpr std::uint64_t kMaxDiskRequestBytes = std::uint64_t{4} << 20;

TriggerDevice quorum_triggers(const TriggerStage& stage);

}  // namespace qmpev
