// SPDX-License-Identifier: MIT
#include "hooks/balloon.hpp"

namespace qmpev {

std::int64_t balloon_level_bytes(std::uint64_t ram_bytes, std::uint32_t actual_pages) noexcept {
  return static_cast<std::int64_t>(ram_bytes) - kBalloonPageBytes * actual_pages;
}

BalloonChange balloon_change(std::uint64_t ram_bytes, std::uint32_t actual_pages) noexcept {
  BalloonChange event{};
  event.actual = balloon_level_bytes(ram_bytes, actual_pages);
  return event;
}

}  // namespace qmpev
