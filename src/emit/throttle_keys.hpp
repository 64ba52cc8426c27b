// SPDX-License-Identifier: MIT
// The texts of the keys a throttle knows, readable while another thread replaces one: all words are atomics,
// and who acts on what it read checks the entry's word afterwards (see throttle.cpp). Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace qmpev {

/// The longest identifier a schema may allow; longer events never reach the throttle.
inline constexpr std::size_t kMaxKeyBytes = 255;

/// A key made ready for comparing: zero-padded words and a hash. On the caller's stack.
struct KeyWords {
  /// The empty text is at hand: it is the key of every kind without one.
  explicit KeyWords(std::string_view text) noexcept : count(0), tag(0) {
    if (!text.empty()) read(text);
  }

  static constexpr std::size_t kWords = (kMaxKeyBytes + 1) / 8;
  std::array<std::uint64_t, kWords> words;  ///< only the first `count` are set
  std::size_t count;
  std::uint64_t tag;  ///< hash and length; different tags are different keys

 private:
  void read(std::string_view text) noexcept;
};

class StoredKey {
 public:
  /// By the owner of this place, before it is published.
  void write(const KeyWords& key) noexcept;
  bool equals(const KeyWords& key) const noexcept;

 private:
  std::atomic<std::uint64_t> tag_{0};
  std::array<std::atomic<std::uint64_t>, KeyWords::kWords> words_{};
};

}  // namespace qmpev
