// SPDX-License-Identifier: MIT
// Until when sessions have to do something, soonest first. Loop thread.
#pragma once

#include <cstdint>
#include <set>
#include <utility>

namespace qmpev {

class Session;

class Deadlines {
 public:
  /// `session` is borrowed until remove() or take_due(); one deadline each. Nanoseconds of the monotonic
  /// clock.
  void add(std::int64_t at_ns, Session& session) { times_.emplace(at_ns, &session); }
  /// Of one that is not there: does nothing.
  void remove(std::int64_t at_ns, Session& session) noexcept { times_.erase({at_ns, &session}); }
  /// INT64_MAX: never.
  std::int64_t next_ns() const noexcept { return times_.empty() ? INT64_MAX : times_.begin()->first; }
  /// Takes out one whose time has come; null when there is none.
  Session* take_due(std::int64_t now_ns) noexcept {
    if (next_ns() > now_ns) return nullptr;
    Session* const due = times_.begin()->second;
    times_.erase(times_.begin());
    return due;
  }

 private:
  std::set<std::pair<std::int64_t, Session*>> times_;
};

}  // namespace qmpev
