// SPDX-License-Identifier: MIT
#include "devices/virtio_balloon.hpp"

#include <algorithm>
#include <utility>

#include "hooks/balloon.hpp"

namespace qmpev {

VirtioBalloon::VirtioBalloon(Emitter emitter, std::uint64_t ram_bytes)
    : emitter_(std::move(emitter)), ram_bytes_(ram_bytes) {}

std::uint32_t VirtioBalloon::pages_at(std::size_t offset) const noexcept {
  std::uint32_t pages = 0;
  for (std::size_t byte = 0; byte < sizeof pages; ++byte)
    pages |= static_cast<std::uint32_t>(config_[offset + byte]) << (8 * byte);
  return pages;
}

void VirtioBalloon::write_config(std::size_t offset, std::span<const std::uint8_t> bytes) {
  const std::lock_guard lock(mutex_);
  const std::uint32_t before = pages_at(kActualOffset);
  for (std::size_t at = offset; at < kConfigBytes && at - offset < bytes.size(); ++at)
    if (at >= kActualOffset) config_[at] = bytes[at - offset];
  const std::uint32_t after = pages_at(kActualOffset);
  if (after != before) emitter_.emit(balloon_change(ram_bytes_, after));
}

void VirtioBalloon::read_config(std::size_t offset, std::span<std::uint8_t> bytes) const {
  const std::lock_guard lock(mutex_);
  std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
  for (std::size_t at = offset; at < kConfigBytes && at - offset < bytes.size(); ++at)
    bytes[at - offset] = config_[at];
}

void VirtioBalloon::set_target(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t pages = (ram_bytes_ - std::min(bytes, ram_bytes_)) / kBalloonPageBytes;
  for (std::size_t byte = 0; byte < sizeof(std::uint32_t); ++byte)
    config_[kNumPagesOffset + byte] = static_cast<std::uint8_t>(pages >> (8 * byte));
}

std::int64_t VirtioBalloon::level_bytes() const {
  const std::lock_guard lock(mutex_);
  return balloon_level_bytes(ram_bytes_, pages_at(kActualOffset));
}

void VirtioBalloon::set_ram_bytes(std::uint64_t ram_bytes) {
  const std::lock_guard lock(mutex_);
  ram_bytes_ = ram_bytes;
}

std::uint64_t VirtioBalloon::ram_bytes() const {
  const std::lock_guard lock(mutex_);
  return ram_bytes_;
}

}  // namespace qmpev
