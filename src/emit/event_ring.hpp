// SPDX-License-Identifier: MIT
// The only road between the device threads and the loop: a bounded ring of 64-byte cells. Many threads push
// whole records, one thread drains them in the order of their claims. push() takes no lock, allocates nothing
// and makes no system call but the write() that wakes a sleeping loop; it refuses instead of waiting, and
// says why.
//
// Fairness: a kind is admitted while the cells it holds, the new record included, do not outnumber the free
// ones. One flood gets half of the ring, k floods leave 2^-k of it, so a rare event always finds room.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <qmpev/wire_form.hpp>

#include "base/cache_line.hpp"
#include "base/unique_fd.hpp"
#include "emit/event_sink.hpp"
#include "event/event_slots.hpp"

namespace qmpev {

inline constexpr std::size_t kRingCellBytes = kCacheLineBytes;       ///< two producers never share one
inline constexpr std::size_t kMinRingBytes = std::size_t{64} << 10;  ///< several of the longest records
inline constexpr std::size_t kMaxRingBytes = std::size_t{1} << 30;  ///< record offsets stay far from overflow

class EventRing {
 public:
  enum class Push { accepted, refused_full, refused_share };

  /// `bytes`: a power of two, kMinRingBytes to kMaxRingBytes. `wake`: an eventfd that wakes the loop.
  EventRing(std::size_t bytes, UniqueFd wake);
  ~EventRing();
  EventRing(const EventRing&) = delete;
  EventRing& operator=(const EventRing&) = delete;

  /// Any thread. A push of this kind follows in some tens of nanoseconds: what it writes first, which another
  /// processor may have, is asked for now.
  void expect(EventKind kind) const noexcept {
    __builtin_prefetch(&head_, 1);
    __builtin_prefetch(&claimed_[index(kind)], 1);
  }
  /// Any thread. Copies the lines; equal views are stored once.
  Push push(const EventLine& event) noexcept;
  /// Any thread. Wakes the loop if it sleeps; for work that is not in the ring.
  void wake_if_sleeping() noexcept;

  /// Loop thread. Hands up to `max_events` committed records to `sink` in order; returns how many.
  std::size_t drain(EventSink& sink, std::size_t max_events) noexcept;
  /// Loop thread. True when the record at the tail is ready to drain.
  bool ready() const noexcept;
  /// Loop thread. True when a record is on its way: ready, or in the hands of a thread that has its place.
  bool claimed() const noexcept { return head_.load(std::memory_order_seq_cst) != drained_to(); }
  /// Loop thread. Everything claimed before this call has a position below the result (see drained_to).
  std::uint64_t head() const noexcept { return head_.load(std::memory_order_acquire); }
  std::uint64_t drained_to() const noexcept { return tail_.load(std::memory_order_relaxed); }
  /// Loop thread. Announces sleep: whoever claims a place from now on will see it. The caller looks for
  /// claimed() once more after this call and before it waits: of a record that was claimed before, nobody may
  /// come to wake it.
  void announce_sleep() noexcept { sleeping_.store(true, std::memory_order_seq_cst); }
  /// Loop thread. Awake again: pushes need not write.
  void awake() noexcept { sleeping_.store(false, std::memory_order_seq_cst); }
  /// Loop thread. Makes the eventfd readable: work remains for the next dispatch.
  void signal() noexcept;
  int wake_fd() const noexcept { return wake_.get(); }

  std::size_t capacity_bytes() const noexcept { return cells_ * kRingCellBytes; }
  std::size_t bytes_in_use() const noexcept;
  std::uint64_t events_in_flight(EventKind kind) const noexcept;
  std::uint64_t events_drained(EventKind kind) const noexcept { return drained_events_[index(kind)]; }
  /// Serialised lines that came through; a line that serves both forms counts once.
  std::uint64_t lines_drained() const noexcept { return lines_drained_; }
  std::uint64_t wakeups() const noexcept { return wakeups_.load(std::memory_order_relaxed); }

 private:
  struct Header;
  /// What one kind has claimed: cells in the upper half, events in the lower. Sums of both halves wrap alike
  /// on the two sides, so that claimed - drained is exact while either count stays below 2^32.
  struct alignas(kCacheLineBytes) Account {
    std::atomic<std::uint64_t> packed{0};
  };

  static std::size_t index(EventKind kind) noexcept { return static_cast<std::size_t>(kind); }
  static std::uint64_t packed(std::size_t cells) noexcept { return (std::uint64_t{cells} << 32) | 1; }
  std::uint64_t in_flight(EventKind kind) const noexcept;
  char* at(std::uint64_t cell) const noexcept { return memory_ + (cell & (cells_ - 1)) * kRingCellBytes; }
  void fetch_ahead(std::uint64_t position) const noexcept;
  void copy_in(std::uint64_t cell, std::size_t offset, std::string_view text) noexcept;
  std::size_t deliver(std::uint64_t cell, EventSink& sink) noexcept;
  void deliver_from_both_ends(std::uint64_t cell, EventSink& sink) const noexcept;

  const std::size_t cells_;
  char* const memory_;
  const UniqueFd wake_;
  std::array<Account, kEventSlots> claimed_;
  alignas(kCacheLineBytes) std::atomic<std::uint64_t> head_{0};
  alignas(kCacheLineBytes) std::atomic<std::uint64_t> tail_{0};
  std::atomic<bool> sleeping_{false};
  std::array<Account, kEventSlots> drained_;
  std::array<std::uint64_t, kEventSlots> drained_events_{};
  std::uint64_t lines_drained_ = 0;
  std::atomic<std::uint64_t> wakeups_{0};
};

}  // namespace qmpev
