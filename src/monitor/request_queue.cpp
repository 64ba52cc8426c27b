// SPDX-License-Identifier: MIT
#include "monitor/request_queue.hpp"

#include <utility>

#include "base/assert.hpp"

namespace qmpev {

void RequestQueue::push(Reader::Item item) {
  QMPEV_ASSERT(!full());
  bytes_ += item.bytes;
  items_.push_back(std::move(item));
}

Reader::Item RequestQueue::pop() {
  QMPEV_ASSERT(!empty());
  Reader::Item item = std::move(items_.front());
  items_.pop_front();
  bytes_ -= item.bytes;
  return item;
}

void RequestQueue::replace_newest(Reader::Item item) {
  QMPEV_ASSERT(!empty());
  bytes_ += item.bytes - items_.back().bytes;
  items_.back() = std::move(item);
}

void RequestQueue::clear() noexcept {
  items_.clear();
  bytes_ = 0;
}

}  // namespace qmpev
