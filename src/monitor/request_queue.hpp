// SPDX-License-Identifier: MIT
// What a client with out-of-band execution has sent while a command of its own is under way: requests, and
// mistakes that are answered in their place among them. First in, first out; a session stops reading when it
// is full. Loop thread.
#pragma once

#include <cstddef>
#include <deque>

#include <qmpev/limits.hpp>

#include "wire/reader.hpp"

namespace qmpev {

class RequestQueue {
 public:
  /// `max_requests`: beside the one that is under way; a client that has sent more finds that its out-of-band
  /// commands wait, too.
  explicit RequestQueue(std::size_t max_requests = kQueuedRequests) noexcept : max_requests_(max_requests) {}

  bool empty() const noexcept { return items_.empty(); }
  bool full() const noexcept { return items_.size() >= max_requests_; }
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
  const std::size_t max_requests_;
  std::deque<Reader::Item> items_;
  std::size_t bytes_ = 0;
};

}  // namespace qmpev
