// SPDX-License-Identifier: MIT
#include "emit/throttle_keys.hpp"

#include <cstring>

#include "base/assert.hpp"

namespace qmpev {

void KeyWords::read(std::string_view text) noexcept {
  QMPEV_ASSERT(text.size() <= kMaxKeyBytes);
  count = (text.size() + 7) / 8;
  // Multiply and fold: spreads well enough for at most a few hundred keys; equality is decided by the words.
  std::uint64_t hash = 0x9e3779b97f4a7c15u;
  for (std::size_t i = 0; i < count; ++i) {
    words[i] = 0;
    std::memcpy(&words[i], text.data() + i * 8, i + 1 == count ? text.size() - i * 8 : 8);
    hash = (hash ^ words[i]) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  tag = (hash << 8) | text.size();
}

void StoredKey::write(const KeyWords& key) noexcept {
  tag_.store(key.tag, std::memory_order_relaxed);
  for (std::size_t i = 0; i < key.count; ++i) words_[i].store(key.words[i], std::memory_order_relaxed);
}

bool StoredKey::equals(const KeyWords& key) const noexcept {
  if (tag_.load(std::memory_order_relaxed) != key.tag) return false;
  for (std::size_t i = 0; i < key.count; ++i) {
    if (words_[i].load(std::memory_order_relaxed) != key.words[i]) return false;
  }
  return true;
}

}  // namespace qmpev
