// SPDX-License-Identifier: MIT
// Which bits of a copy read back wrong: sectors that rotted, until what they hold is written anew.
// Thread: its owner's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "hooks/quorum.hpp"

namespace qmpev {

/// Sectors of one copy that may be rotten at a time; each costs a sector of memory.
inline constexpr std::size_t kMaxRottenSectors = 64;

class SectorRot {
 public:
  /// From now on the bits of `flip` read back wrong in every byte of the sector. False when there are too
  /// many.
  bool add(std::uint64_t sector, std::uint8_t flip);
  void clear() noexcept { flips_.clear(); }
  bool empty() const noexcept { return flips_.empty(); }

  /// `data` was read at `offset`: turns it into what a rotten copy gives.
  void spoil(std::uint64_t offset, std::span<std::uint8_t> data) const noexcept;
  /// These bytes were written: they are as they should be.
  void overwrite(const ByteRange& range) noexcept;

  /// "16, 17".
  std::string text() const;

 private:
  std::map<std::uint64_t, std::array<std::uint8_t, kSectorBytes>> flips_;
};

}  // namespace qmpev
