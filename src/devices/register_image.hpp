// SPDX-License-Identifier: MIT
// What a register block reads as: its bytes, little-endian, and the rule for accesses of any width at any
// offset. Used by one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace qmpev {

/// An I/O port is at most this wide.
inline constexpr unsigned kMaxAccessBytes = 4;

/// A guest can make accesses of one to four bytes; others, which only our own callers could, are ignored.
inline constexpr bool is_access(unsigned size) noexcept {
  return size >= 1 && size <= kMaxAccessBytes;
}

/// The part of `value` that an access of `size` bytes carries.
inline constexpr std::uint32_t truncated(std::uint32_t value, unsigned size) noexcept {
  return size >= kMaxAccessBytes ? value : value & ((1u << (8 * size)) - 1);
}

template <std::size_t Bytes>
class RegisterImage {
 public:
  /// Every byte is `fill` where nothing is put.
  explicit RegisterImage(std::uint8_t fill = 0) noexcept { bytes_.fill(fill); }

  void put8(std::size_t offset, std::uint8_t value) noexcept { bytes_.at(offset) = value; }
  void put32(std::size_t offset, std::uint32_t value) noexcept {
    for (std::size_t byte = 0; byte < sizeof value; ++byte)
      put8(offset + byte, static_cast<std::uint8_t>(value >> (8 * byte)));
  }
  void put64(std::size_t offset, std::uint64_t value) noexcept {
    put32(offset, static_cast<std::uint32_t>(value));
    put32(offset + sizeof(std::uint32_t), static_cast<std::uint32_t>(value >> 32));
  }

  /// Bytes beyond the block belong to nobody and read as ones, as an empty bus does.
  std::uint32_t read(std::size_t offset, unsigned size) const noexcept {
    if (!is_access(size)) return UINT32_MAX;
    std::uint32_t value = 0;
    for (std::size_t byte = 0; byte < size; ++byte) {
      const std::size_t at = offset + byte;
      value |= std::uint32_t{at < Bytes && at >= offset ? bytes_[at] : std::uint8_t{0xff}} << (8 * byte);
    }
    return value;
  }

 private:
  std::array<std::uint8_t, Bytes> bytes_;
};

}  // namespace qmpev
