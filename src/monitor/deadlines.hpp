// SPDX-License-Identifier: MIT
// Until when each of some subjects has to do something, soonest first. Loop thread.
#pragma once

#include <cstdint>
#include <set>
#include <utility>

namespace qmpev {

template <class Subject>
class Deadlines {
 public:
  /// `subject` is borrowed until remove() or take_due(); one deadline each. Nanoseconds of the monotonic
  /// clock.
  void add(std::int64_t at_ns, Subject& subject) { times_.emplace(at_ns, &subject); }
  /// Of one that is not there: does nothing.
  void remove(std::int64_t at_ns, Subject& subject) noexcept { times_.erase({at_ns, &subject}); }
  /// INT64_MAX: never.
  std::int64_t next_ns() const noexcept { return times_.empty() ? INT64_MAX : times_.begin()->first; }
  /// Takes out one whose time has come; null when there is none.
  Subject* take_due(std::int64_t now_ns) noexcept {
    if (next_ns() > now_ns) return nullptr;
    Subject* const due = times_.begin()->second;
    times_.erase(times_.begin());
    return due;
  }

 private:
  std::set<std::pair<std::int64_t, Subject*>> times_;
};

}  // namespace qmpev
