// SPDX-License-Identifier: MIT
#include "hypervisor/balloon_driver.hpp"

#include <algorithm>
#include <array>

namespace qmpev {

namespace {

constexpr std::uint32_t kMinStepPages = 256;   // 1 MiB
constexpr std::uint32_t kMaxStepPages = 8192;  // 32 MiB

}  // namespace

std::uint32_t next_balloon_step(std::uint32_t actual_pages, std::uint32_t target_pages) noexcept {
  const std::uint32_t distance = std::max(actual_pages, target_pages) - std::min(actual_pages, target_pages);
  const std::uint32_t step = std::min(distance, std::clamp(distance / 4, kMinStepPages, kMaxStepPages));
  return actual_pages < target_pages ? actual_pages + step : actual_pages - step;
}

std::uint32_t read_balloon_pages(const VirtioBalloon& balloon, std::size_t offset) {
  std::array<std::uint8_t, 4> bytes{};
  balloon.read_config(offset, bytes);
  std::uint32_t pages = 0;
  for (std::size_t byte = 0; byte < bytes.size(); ++byte)
    pages |= static_cast<std::uint32_t>(bytes[byte]) << (8 * byte);
  return pages;
}

void write_balloon_actual(VirtioBalloon& balloon, std::uint32_t pages) {
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t byte = 0; byte < bytes.size(); ++byte)
    bytes[byte] = static_cast<std::uint8_t>(pages >> (8 * byte));
  balloon.write_config(VirtioBalloon::kActualOffset, bytes);
}

void follow_balloon_target(VirtioBalloon& balloon, const std::function<bool()>& rest) {
  for (;;) {
    const std::uint32_t actual = read_balloon_pages(balloon, VirtioBalloon::kActualOffset);
    const std::uint32_t target = read_balloon_pages(balloon, VirtioBalloon::kNumPagesOffset);
    if (actual == target) return;
    write_balloon_actual(balloon, next_balloon_step(actual, target));
    if (!rest()) return;
  }
}

}  // namespace qmpev
