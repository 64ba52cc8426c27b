// SPDX-License-Identifier: MIT
#include "emit/index_pool.hpp"

#include <bit>

#include "base/assert.hpp"

namespace qmpev {
namespace {
constexpr std::size_t kBits = 64;
}

IndexPool::IndexPool(std::size_t size)
    : words_((size + kBits - 1) / kBits), free_(std::make_unique<std::atomic<std::uint64_t>[]>(words_)) {
  for (std::size_t i = 0; i < size; ++i) free_[i / kBits] |= std::uint64_t{1} << (i % kBits);
}

std::uint32_t IndexPool::take() noexcept {
  for (std::size_t word = 0; word < words_; ++word) {
    std::uint64_t free = free_[word].load(std::memory_order_relaxed);
    while (free != 0) {
      if (free_[word].compare_exchange_weak(free, free & (free - 1), std::memory_order_acquire)) {
        return static_cast<std::uint32_t>(word * kBits + static_cast<std::size_t>(std::countr_zero(free)));
      }
    }
  }
  return kNone;
}

void IndexPool::give_back(std::uint32_t index) noexcept {
  const std::uint64_t bit = std::uint64_t{1} << (index % kBits);
  const std::uint64_t before = free_[index / kBits].fetch_or(bit, std::memory_order_release);
  QMPEV_ASSERT((before & bit) == 0);
}

}  // namespace qmpev
