// SPDX-License-Identifier: MIT
#include "devices/sector_rot.hpp"

#include <algorithm>

namespace qmpev {

namespace {

/// Calls `each(byte of the sector, byte of the range)` for what both have.
template <class Each>
void for_common_bytes(std::uint64_t sector, const ByteRange& range, Each each) noexcept {
  const std::uint64_t start = sector * kSectorBytes;
  for (std::uint64_t byte = 0; byte < kSectorBytes; ++byte) {
    const std::uint64_t place = start + byte;
    if (place >= range.offset && place - range.offset < range.bytes) each(byte, place - range.offset);
  }
}

}  // namespace

bool SectorRot::add(std::uint64_t sector, std::uint8_t flip) {
  if (flips_.size() >= kMaxRottenSectors && flips_.find(sector) == flips_.end()) return false;
  flips_[sector].fill(flip);
  return true;
}

void SectorRot::spoil(std::uint64_t offset, std::span<std::uint8_t> data) const noexcept {
  for (const auto& entry : flips_) {
    const auto& flip = entry.second;
    for_common_bytes(entry.first, {offset, data.size()},
                     [&](std::uint64_t byte, std::uint64_t place) { data[place] ^= flip[byte]; });
  }
}

void SectorRot::overwrite(const ByteRange& range) noexcept {
  for (auto entry = flips_.begin(); entry != flips_.end();) {
    auto& flip = entry->second;
    for_common_bytes(entry->first, range, [&](std::uint64_t byte, std::uint64_t) { flip[byte] = 0; });
    const bool whole = std::all_of(flip.begin(), flip.end(), [](std::uint8_t bits) { return bits == 0; });
    entry = whole ? flips_.erase(entry) : std::next(entry);
  }
}

std::string SectorRot::text() const {
  std::string text;
  for (const auto& entry : flips_) text += (text.empty() ? "" : ", ") + std::to_string(entry.first);
  return text;
}

}  // namespace qmpev
