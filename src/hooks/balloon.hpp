// SPDX-License-Identifier: MIT
// Balloon pages -> BALLOON_CHANGE and query-balloon: what the guest has left, in bytes.
// Pure translation, no state. Any thread.
#pragma once

#include <cstdint>

#include <qmpev/events.hpp>

namespace qmpev {

/// VIRTIO 1.2 section 5.5: the balloon always counts in 4 KiB, whatever the guest's page size.
inline constexpr std::int64_t kBalloonPageBytes = 4096;

/// RAM less the balloon. Signed: a guest that claims more pages than it has RAM gives a negative level.
std::int64_t balloon_level_bytes(std::uint64_t ram_bytes, std::uint32_t actual_pages) noexcept;

BalloonChange balloon_change(std::uint64_t ram_bytes, std::uint32_t actual_pages) noexcept;

}  // namespace qmpev
