// SPDX-License-Identifier: MIT
#include "monitor/reply_queue.hpp"

#include "base/assert.hpp"

namespace qmpev {

void ReplyQueue::push(std::string_view line, std::uint64_t place, bool alone) {
  compact();
  bytes_ += line;
  marks_.push_back({place, begin_ + bytes_.size(), alone});
}

std::string_view ReplyQueue::ready(std::uint64_t sequence) const noexcept {
  std::uint64_t end = begin_ + sent_;
  for (const Mark& mark : marks_) {
    const bool first = &mark == &marks_.front();
    if (mark.place > sequence && !(first && is_cut())) break;
    if (mark.alone && !first) break;
    end = mark.end;
    if (mark.alone) break;
  }
  return std::string_view(bytes_).substr(sent_, end - begin_ - sent_);
}

std::size_t ReplyQueue::consume(std::size_t count) noexcept {
  QMPEV_ASSERT(count <= unsent_bytes());
  sent_ += count;
  std::size_t completed = 0;
  while (!marks_.empty() && marks_.front().end <= begin_ + sent_) {
    completed_to_ = marks_.front().end;
    marks_.pop_front();
    ++completed;
  }
  if (marks_.empty()) clear();
  return completed;
}

void ReplyQueue::clear() noexcept {
  marks_.clear();
  begin_ += bytes_.size();
  // The memory goes back, too: most sessions never again have as much to say.
  std::string().swap(bytes_);
  sent_ = 0;
  completed_to_ = begin_;
}

void ReplyQueue::compact() {
  // When at least half is gone already, so that a byte is moved once on average.
  if (sent_ < bytes_.size() - sent_) return;
  bytes_.erase(0, sent_);
  begin_ += sent_;
  sent_ = 0;
}

}  // namespace qmpev
