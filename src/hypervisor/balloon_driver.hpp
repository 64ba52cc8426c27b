// SPDX-License-Identifier: MIT
// The guest's balloon driver: reads what the host wants from the configuration space and moves `actual` there
// in steps, as a guest does that has to find the pages first. Guest thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "devices/virtio_balloon.hpp"

namespace qmpev {

/// What a guest may take to find the pages of one step.
inline constexpr auto kBalloonStepTime = std::chrono::milliseconds(5);

/// One step of the way, at least 1 MiB and never past the target.
std::uint32_t next_balloon_step(std::uint32_t actual_pages, std::uint32_t target_pages) noexcept;

std::uint32_t read_balloon_pages(const VirtioBalloon& balloon, std::size_t offset);
void write_balloon_actual(VirtioBalloon& balloon, std::uint32_t pages);

/// Moves until the target is reached, which may move meanwhile. `rest` is called between two steps and
/// returns false to give up.
void follow_balloon_target(VirtioBalloon& balloon, const std::function<bool()>& rest);

}  // namespace qmpev
