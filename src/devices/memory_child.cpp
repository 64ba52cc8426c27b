// SPDX-License-Identifier: MIT
#include "devices/memory_child.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace qmpev {

MemoryChild::MemoryChild(std::string node_name, std::size_t bytes)
    : node_name_(std::move(node_name)), data_(bytes) {}

bool MemoryChild::holds(std::uint64_t offset, std::size_t bytes) const noexcept {
  return offset <= data_.size() && bytes <= data_.size() - offset;
}

int MemoryChild::read(std::uint64_t offset, std::span<std::uint8_t> data) noexcept {
  if (read_error_ != 0) return read_error_;
  if (!holds(offset, data.size())) return EIO;
  std::copy_n(data_.begin() + static_cast<std::ptrdiff_t>(offset), data.size(), data.begin());
  return 0;
}

int MemoryChild::write(std::uint64_t offset, std::span<const std::uint8_t> data) noexcept {
  if (write_error_ != 0) return write_error_;
  if (!holds(offset, data.size())) return ENOSPC;
  std::copy(data.begin(), data.end(), data_.begin() + static_cast<std::ptrdiff_t>(offset));
  return 0;
}

void MemoryChild::rot(std::uint64_t offset, std::uint8_t value) {
  data_.at(offset) = value;
}

}  // namespace qmpev
