// SPDX-License-Identifier: MIT
// The answers of a quorum's children to one request, in the order in which they come. Threads: any may
// answer; the thread of the request takes.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

#include "devices/quorum_child.hpp"

namespace qmpev {

struct ChildAnswer {
  std::size_t child;
  int error;  ///< 0 when it succeeded
};

class Answers {
 public:
  /// What `child` is to call. This object outlives the call: every answer that is asked for is taken.
  QuorumChild::Done of(std::size_t child);
  /// Waits for the next answer.
  ChildAnswer take();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<ChildAnswer> waiting_;  // guarded by mutex_
};

}  // namespace qmpev
