// SPDX-License-Identifier: MIT
// What a client with out-of-band execution has sent while a command of its own is under way: requests, and
// mistakes that are answered in their place among them. First in, first out; a session stops reading when it
// is full. Loop thread.
#pragma once

#include <cstddef>
#include <deque>

#include "wire/reader.hpp"

namespace qmpev {

/// Requests that wait beside the one that is under way, QEMU's number: a client that has sent more finds that
/// its out-of-band commands wait, too.
inline constexpr std::size_t kMaxQueuedRequests = 8;

class RequestQueue {
 public:
  bool empty() const noexcept { return items_.empty(); }
  bool full() const noexcept { return items_.size() >= kMaxQueuedRequests; }
  std::size_t size() const noexcept { return items_.size(); }
  /// An upper estimate of the memory the requests hold.
  std::size_t bytes() const noexcept { return bytes_; }

  /// Not when it is full.
  void push(Reader::Item item);
  /// The oldest; not when it is empty.
  Reader::Item pop();
  /// Has `item` in place of the newest; not when it is empty.
  void replace_newest(Reader::Item item);
  void clear() noexcept;

 private:
  std::deque<Reader::Item> items_;
  std::size_t bytes_ = 0;
};

}  // namespace qmpev
