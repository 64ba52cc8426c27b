// SPDX-License-Identifier: MIT
#include "devices/answers.hpp"

namespace qmpev {

QuorumChild::Done Answers::of(std::size_t child) {
  return [this, child](int error) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({child, error});
    changed_.notify_one();  // under the lock: behind it this object may be gone
  };
}

ChildAnswer Answers::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !waiting_.empty(); });
  const ChildAnswer answer = waiting_.front();
  waiting_.pop_front();
  return answer;
}

}  // namespace qmpev
