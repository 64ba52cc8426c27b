// SPDX-License-Identifier: MIT
// Hands out the numbers 0 to size-1, each to one owner at a time, without a lock: a bitmap of free numbers.
// What the last owner wrote to a numbered place is visible to the next one. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace qmpev {

class IndexPool {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  explicit IndexPool(std::size_t size);

  /// The lowest free number seen, or kNone when all are taken. Low numbers first: what is never needed is
  /// never touched.
  std::uint32_t take() noexcept;
  void give_back(std::uint32_t index) noexcept;

 private:
  std::size_t words_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> free_;
};

}  // namespace qmpev
