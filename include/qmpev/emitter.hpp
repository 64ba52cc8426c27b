// SPDX-License-Identifier: MIT
// The device side of the library: one call per event, from any thread, that cannot fail and does not wait.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include <qmpev/events.hpp>
#include <qmpev/flush.hpp>

namespace qmpev {

class EmitterCore;

/// A handle on a server's emitter. Copies are cheap and speak to the same server; a copy may outlive it, and
/// then keeps the ring and one descriptor until it goes too.
class Emitter {
 public:
  /// Stamps, serialises and queues one event for every monitor session in command mode.
  /// `event` is any type of <qmpev/events.hpp>; its texts are borrowed for the call.
  /// Thread: any thread, also several at once. If one emit returned before another was called, on whatever
  /// threads, clients receive the two in that order (a rate-limited event takes its place when its window
  /// ends; the latest of its key wins, unless the thread of an older one was held inside emit for a whole
  /// interval: that one may then come last). Failure: none. What cannot be queued is counted by cause
  /// (Statistics). After the server is gone this is a counted no-op. Cost: one clock read, no allocation, no
  /// lock; the only system call is one write() that wakes a sleeping loop.
  template <class Event>
  void emit(const Event& event) const noexcept;

  /// Waits until everything emitted before this call is on the wire, delayed rate-limited events included: a
  /// device's last words before the process ends. Waits at most `patience` and kMaxFlushPatience, however
  /// clients behave. Thread: any but the loop thread, which would wait for itself (it has Server::flush).
  /// Takes a lock.
  FlushOutcome flush(std::chrono::nanoseconds patience) const;

  /// Counts an event that a binding to another language could not even build (Statistics: refused_invalid).
  /// Thread: any thread. Failure: none.
  void count_invalid(EventKind kind) const noexcept;

  /// By Server::emitter().
  explicit Emitter(std::shared_ptr<EmitterCore> core) noexcept : core_(std::move(core)) {}

 private:
  std::shared_ptr<EmitterCore> core_;
};

}  // namespace qmpev
