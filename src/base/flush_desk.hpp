// SPDX-License-Identifier: MIT
// Where threads wait until the loop has everything on the wire that was emitted before: last words before a
// process ends. A thread asks and sleeps; the loop gives each request its place in the order of events, and
// says how far all sessions have come. Not on the way of an event: here a mutex is held, for a few
// instructions. Any thread, but for what is the loop's.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

#include <qmpev/flush.hpp>

namespace qmpev {

/// Places that are kept apart; requests beyond share the last one, and are told a little later. Threads that
/// wait at once are few, but those that gave up leave theirs behind while a client is stuck.
inline constexpr std::size_t kMaxFlushPlaces = 16;

class FlushDesk {
 public:
  /// Asks, has `wake` wake the loop, and waits for it at most so long.
  FlushOutcome wait(std::chrono::nanoseconds patience, const std::function<void()>& wake);

  // Loop thread.
  /// Somebody asked since the last give_place(). Costs one load.
  bool asked() const noexcept { return asked_.load(std::memory_order_acquire) != placed_; }
  /// What was asked for until now is done when all sessions have come to `place`.
  void give_place(std::uint64_t place);
  bool waiting() const noexcept { return !places_.empty(); }
  /// The first place that is waited for.
  std::uint64_t next_place() const noexcept { return places_.front().place; }
  /// All sessions have come there.
  void reached();
  /// Nobody will come anywhere any more: whoever waits, or will ask, is told so.
  void close();

 private:
  struct Place {
    std::uint64_t ticket;  ///< the last one that it is for
    std::uint64_t place;
  };

  std::atomic<std::uint64_t> asked_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t done_ = 0;  ///< the last ticket that is
  bool closed_ = false;
  // Loop thread.
  std::uint64_t placed_ = 0;
  std::deque<Place> places_;
};

}  // namespace qmpev
