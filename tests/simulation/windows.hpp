// SPDX-License-Identifier: MIT
// What rate limits promise, told without knowing how they are kept: never two publications of one key within
// an interval, none withheld beyond it, and the latest value wins. Where threads were held halfway through,
// the promise is about them together, and what cannot be told for certain is not asked for. Single thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "simulation/events.hpp"
#include "simulation/verdict.hpp"

namespace qmpev::simulation {

/// One call of emit. Ticks count the beginnings and the ends of all calls: a call that ended at a smaller
/// tick than another began was before it.
struct Emission {
  Plan plan;
  std::int64_t wall_us = 0;
  std::uint64_t begun = 0;
  std::uint64_t ended = 0;        ///< 0: not yet
  std::uint64_t limit_state = 0;  ///< how often its kind's limit had changed
  bool limited = false;
  bool torn = false;     ///< its thread was held in the middle
  bool crowded = false;  ///< so much was between the threads that it may have found no room
  bool published = false;
  bool discarded = false;
};

class Windows {
 public:
  /// Both borrowed. `keys`: how many each keyed kind has.
  Windows(const std::vector<Emission>& emissions, Verdict& verdict, std::size_t keys);

  std::uint32_t interval_ms(std::size_t kind) const noexcept { return kinds_[kind].interval_ms; }
  std::uint64_t limit_state(std::size_t kind) const noexcept { return kinds_[kind].limit_state; }
  void set_interval(std::size_t kind, std::uint32_t interval_ms);
  void begin(std::uint64_t serial);
  void end(std::uint64_t serial);
  void publish(std::uint64_t serial, std::int64_t now_ns);
  /// What waits is published now, windows or no windows.
  void set_flushing(bool flushing) noexcept { flushing_ = flushing; }
  /// Nothing waits any more. Marks what did, if it is `certain` that what was not published did.
  void discard(std::vector<Emission>& emissions, bool certain);
  /// The emitter is closed: what a thread that is held has in the ring comes when it will.
  void close() noexcept { closed_ = true; }
  /// The loop waited in vain for a thread: until this tick the ring held events back.
  void stalled(std::uint64_t tick) noexcept { stalled_ = tick; }
  /// Some events of this kind passed without a limit, since the table of keys was full: no more is promised.
  void forget(std::size_t kind) noexcept { kinds_[kind].forgotten = true; }
  /// The loop has emptied the ring.
  void drained() noexcept { since_drained_ = 0; }
  /// To be asked for each emission of any kind.
  bool crowded() noexcept { return ++since_drained_ > kRoomyEvents; }
  /// Counts of `pending` with an empty ring and no thread halfway; and nothing is overdue.
  void check_waiting(std::size_t kind, std::uint64_t pending, std::int64_t now_ns);

 private:
  static constexpr std::int64_t kUnknown = INT64_MIN;
  /// As many of one kind fit into half of the smallest ring.
  static constexpr std::size_t kRoomyEvents = 40;
  struct Key {
    std::uint64_t latest = 0;     ///< serial of the last emission; 0: none
    std::uint64_t published = 0;  ///< serial of the last publication
    std::int64_t published_ns = kUnknown;
    int running = 0;
    std::int64_t armed_ns = kUnknown;  ///< when the loop had surely seen the window that this opened
    bool reopened = false;  ///< since then, perhaps, by one that was torn, or found no room in the ring
    bool crowded = false;   ///< what waits may have opened the window in which it waits
    bool blurred = false;   ///< emissions overlapped: which is the latest is theirs to say
  };
  struct Kind {
    std::vector<Key> keys;
    std::uint32_t interval_ms = 0;
    std::uint64_t limit_state = 0;
    bool forgotten = false;
  };
  bool waits(const Key& key) const;
  Key& key_of(const Plan& plan) { return kinds_[plan.kind].keys[plan.key]; }

  const std::vector<Emission>& emissions_;
  Verdict& verdict_;
  std::array<Kind, kKinds.size()> kinds_;
  std::uint64_t stalled_ = 0;
  std::size_t since_drained_ = 0;
  bool flushing_ = false;
  bool closed_ = false;
};

}  // namespace qmpev::simulation
