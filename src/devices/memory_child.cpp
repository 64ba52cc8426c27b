// SPDX-License-Identifier: MIT
#include "devices/memory_child.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace qmpev {

MemoryChild::MemoryChild(std::string node_name, std::size_t bytes)
    : node_name_(std::move(node_name)),
      size_(bytes),
      data_(static_cast<std::uint8_t*>(std::calloc(std::max<std::size_t>(bytes, 1), 1)), std::free) {
  if (data_ == nullptr) std::abort();  // out of memory ends the process, as in GLib
}

bool MemoryChild::holds(std::uint64_t offset, std::uint64_t bytes) const noexcept {
  return offset <= size_ && bytes <= size_ - offset;
}

void MemoryChild::read(std::uint64_t offset, std::span<std::uint8_t> data, Done done) {
  if (!holds(offset, data.size())) return done(EIO);
  std::copy_n(data_.get() + offset, data.size(), data.begin());
  done(0);
}

void MemoryChild::write(std::uint64_t offset, std::span<const std::uint8_t> data, Done done) {
  if (!holds(offset, data.size())) return done(ENOSPC);
  std::copy(data.begin(), data.end(), data_.get() + offset);
  done(0);
}

void MemoryChild::write_zeroes(std::uint64_t offset, std::uint64_t bytes, Done done) {
  if (!holds(offset, bytes)) return done(ENOSPC);
  std::fill_n(data_.get() + offset, bytes, std::uint8_t{0});
  done(0);
}

}  // namespace qmpev
