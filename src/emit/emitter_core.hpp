// SPDX-License-Identifier: MIT
// What the handles of one server's emitter share: who listens, the throttles, the ring, and a counter for
// every way an event can end. Device threads submit(); the loop settle()s what they left into the sink. It
// outlives the server while a handle exists, and then only counts.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <qmpev/statistics.hpp>

#include "base/cache_line.hpp"
#include "base/clock.hpp"
#include "base/flush_desk.hpp"
#include "emit/event_ring.hpp"
#include "emit/throttle.hpp"
#include "wire/event_shape.hpp"

namespace qmpev {

/// The longest rate limit: an hour. Longer ones are a unit mistaken.
inline constexpr std::uint32_t kMaxRateLimitMs = 3'600'000;

class EmitterCore {
 public:
  /// `clock` is borrowed for the life of this object. `throttle_keys`: see Limits.
  EmitterCore(const Clock& clock, std::size_t ring_bytes, UniqueFd wake,
              std::size_t throttle_keys = kMaxThrottleKeys);

  // Any thread.
  /// False: count the event as skipped or after_end (done here) and forget it, without reading a clock.
  bool wanted(EventKind kind) noexcept { return heard(kind, kListening); }
  /// Likewise, for an event that an embedder registered.
  bool registered_wanted(EventKind kind) noexcept { return heard(kind, kHearsRegistered); }
  bool form_wanted(WireForm form) const noexcept;
  /// The time of an event that is serialised next, and then submitted; what its push writes first is asked
  /// for meanwhile.
  std::int64_t stamp(EventKind kind) const noexcept {
    const std::int64_t wall_us = clock_.wall_us();
    if (!limited(kind)) ring_.expect(kind);
    return wall_us;
  }
  /// Takes a serialised event on its way. `key` is empty for kinds without one.
  void submit(const EventLine& event, std::string_view key) noexcept;
  void count_oversize(EventKind kind) noexcept { add(counters(kind).oversize); }
  void count_invalid(EventKind kind) noexcept { add(counters(kind).invalid); }

  FlushDesk& flushes() noexcept { return flushes_; }

  // Loop thread from here.
  /// Which forms have a listener, and whether any session is in command mode.
  void set_form_wanted(WireForm form) noexcept;
  void set_listening(bool listening) noexcept { set_audience(kListening, listening); }
  /// Whether any of them hears events that an embedder registered.
  void set_registered_listening(bool listening) noexcept { set_audience(kHearsRegistered, listening); }
  /// Makes a place for one more event, behind those of the schema; nothing when all kMaxRegisteredEvents are
  /// taken.
  std::optional<EventKind> add_event(std::shared_ptr<const EventShape> shape);
  /// From now on every emit is a counted no-op.
  void close() noexcept;
  /// Moves everything emitted before this call into `sink`, ends the rate windows that are due, and tells
  /// gaps.
  void settle(EventSink& sink) noexcept;
  /// Publishes what waits for the end of a window, too.
  void flush_delayed(EventSink& sink) noexcept;
  void discard_delayed() noexcept;
  void set_rate_limit(EventKind kind, std::uint32_t interval_ms) noexcept;
  /// When settle() must run next although nobody wakes the loop: monotonic nanoseconds, or INT64_MAX.
  std::int64_t next_deadline_ns() const noexcept;
  /// Announces sleep; false when there is work after all (then the loop is still awake).
  bool try_sleep() noexcept;
  void awake() noexcept { ring_.awake(); }
  /// Makes the loop dispatch soon. Any thread.
  void signal() noexcept { ring_.signal(); }
  int wake_fd() const noexcept { return ring_.wake_fd(); }
  void read_statistics(Statistics& statistics) const;

 private:
  /// The device side's counters of one kind, on a cache line of their own.
  struct alignas(kCacheLineBytes) Counters {
    std::atomic<std::uint64_t> skipped{0}, after_end{0}, oversize{0}, invalid{0}, ring_full{0}, ring_share{0},
        stored{0}, unlimited{0};
  };
  static void add(std::atomic<std::uint64_t>& counter) noexcept {
    counter.fetch_add(1, std::memory_order_relaxed);
  }
  static std::size_t index(EventKind kind) noexcept { return static_cast<std::size_t>(kind); }
  Counters& counters(EventKind kind) noexcept { return counters_[index(kind)]; }
  bool limited(EventKind kind) const noexcept {
    return interval_ms_[index(kind)].load(std::memory_order_acquire) != 0;
  }
  std::int64_t interval_ns(EventKind kind) const noexcept;
  static constexpr std::uint32_t kHearsRegistered = 1u << 29;
  static constexpr std::uint32_t kListening = 1u << 30;
  static constexpr std::uint32_t kClosed = 1u << 31;
  bool heard(EventKind kind, std::uint32_t by) noexcept;
  void set_audience(std::uint32_t bit, bool on) noexcept;
  void limit(EventKind kind, std::uint32_t interval_ms);
  void make_throttle(EventKind kind);
  EventCounters read_counters(EventKind kind) const noexcept;
  void refuse(std::atomic<std::uint64_t>& cause) noexcept;
  bool submit_limited(Throttle& throttle, const EventLine& event, std::string_view key,
                      Throttle::Offer offer) noexcept;
  void drain_to(std::uint64_t head, EventSink& sink) noexcept;
  bool stalled() const noexcept;
  bool closed() const noexcept;
  void arm_and_expire(EventSink& sink) noexcept;
  bool drain_what_opened(EventSink& sink) noexcept;
  void tell_gaps(EventSink& sink) noexcept;

  const Clock& clock_;
  const std::size_t throttle_keys_;
  FlushDesk flushes_;
  /// Bit per form wanted, and the three above: one load tells an emit all it needs.
  std::atomic<std::uint32_t> audience_{0};
  std::array<std::atomic<std::uint32_t>, kEventSlots> interval_ms_;
  /// Null for a kind that never had a limit; once there, a throttle stays until the end.
  std::array<std::atomic<Throttle*>, kEventSlots> throttles_;
  std::vector<std::unique_ptr<Throttle>> owned_throttles_;
  std::vector<std::shared_ptr<const EventShape>> registered_;  ///< of the kinds behind the schema's
  std::array<Counters, kEventSlots> counters_;
  EventRing ring_;
  std::uint64_t gave_up_at_ = UINT64_MAX;  ///< a record waited for in vain: it is not waited for again
  std::atomic<bool> gap_untold_{false};
  std::array<std::uint64_t, kEventSlots> gaps_told_{};
  std::array<std::uint64_t, kEventSlots> discarded_{};
};

}  // namespace qmpev
