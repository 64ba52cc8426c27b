// SPDX-License-Identifier: MIT
#include "base/flush_desk.hpp"

namespace qmpev {

FlushOutcome FlushDesk::wait(std::chrono::nanoseconds patience, const std::function<void()>& wake) {
  std::unique_lock lock(mutex_);
  if (closed_) return FlushOutcome::loop_gone;
  const std::uint64_t ticket = asked_.fetch_add(1, std::memory_order_acq_rel) + 1;
  lock.unlock();
  wake();
  lock.lock();
  changed_.wait_for(lock, bounded_patience(patience), [this, ticket] { return closed_ || done_ >= ticket; });
  if (done_ >= ticket) return FlushOutcome::done;
  return closed_ ? FlushOutcome::loop_gone : FlushOutcome::timed_out;
}

void FlushDesk::give_place(std::uint64_t place) {
  placed_ = asked_.load(std::memory_order_acquire);
  if (places_.size() == kMaxFlushPlaces) {
    places_.back() = {placed_, place};
  } else {
    places_.push_back({placed_, place});
  }
}

void FlushDesk::reached() {
  const std::uint64_t ticket = places_.front().ticket;
  places_.pop_front();
  const std::lock_guard lock(mutex_);
  done_ = ticket;
  changed_.notify_all();
}

void FlushDesk::close() {
  places_.clear();
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace qmpev
