// SPDX-License-Identifier: MIT
// The rate limit of one event kind: per key the first event passes now and opens a window; inside the window
// the latest waits in a cell, each newer one taking its place; when the window ends the waiting one is
// published and opens the next window, and a window that ends with nothing waiting is forgotten.
//
// Device threads offer(), without a lock and without reading a clock. The loop owns time: it arms a window
// when it first sees it open, and ends it. One atomic word per key says closed, open, or open with cell n.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <qmpev/limits.hpp>

#include "base/cache_line.hpp"
#include "emit/event_sink.hpp"
#include "emit/index_pool.hpp"
#include "emit/throttle_keys.hpp"

namespace qmpev {

/// Threads that may be in the middle of an offer() of one kind at once, each with a cell in hand. Beyond that
/// an event passes without a limit and is counted.
inline constexpr std::size_t kMaxThrottleOffers = 192;

class Throttle {
 public:
  enum class Offer {
    opened,     ///< the first of its window: the caller sends it on now
    stored,     ///< waits for the end of the window
    merged,     ///< waits, and has replaced an older one
    unlimited,  ///< no key or cell was free: the caller sends it on now, outside any limit
  };

  /// `max_keys`: told apart, beyond that events pass without a limit and are counted; 1 for a kind without a
  /// key, whose only key is the empty text. `max_line_bytes`: the longest
  /// line of the kind in any form.
  Throttle(EventKind kind, std::size_t max_keys, std::size_t max_line_bytes);
  ~Throttle();
  Throttle(const Throttle&) = delete;
  Throttle& operator=(const Throttle&) = delete;

  /// Any thread. Copies the lines when they have to wait.
  Offer offer(std::string_view key, const EventLine& event) noexcept;

  /// Any thread. True when a window has been opened that the loop has not armed yet.
  bool unarmed() const noexcept { return unarmed_.load(std::memory_order_seq_cst); }

  /// Any thread. Events whose place a newer one has taken, since creation.
  std::uint64_t merged() const noexcept {
    return merged_with_spare_.load(std::memory_order_relaxed) + merged_.load(std::memory_order_relaxed);
  }

  // Loop thread from here.
  /// Starts the clock of windows opened since the last call.
  void arm(std::int64_t now_ns, std::int64_t interval_ns) noexcept;
  // The window that is due first ends in one of two ways, once next_deadline_ns() has come. Between finding
  // that something waits and publishing it the caller drains the ring: what opened the window was put there
  // before.
  /// Forgets it if nothing waits in it; false when something does.
  bool forget_next() noexcept;
  /// Publishes what waits in it and opens the next window. After forget_next() was false.
  void publish_next(std::int64_t now_ns, std::int64_t interval_ns, EventSink& sink) noexcept;
  /// The earliest end of a window in monotonic nanoseconds, or INT64_MAX.
  std::int64_t next_deadline_ns() const noexcept;
  /// Makes every open window end now (the limit has changed).
  void end_windows(std::int64_t now_ns) noexcept;
  // To publish what waits while the windows stay open: for each place, with the ring drained in between as
  // above.
  /// The first place from this one on where something waits, or max_keys().
  std::size_t find_waiting(std::size_t from) const noexcept;
  void publish_waiting(std::size_t place, EventSink& sink) noexcept;
  std::size_t max_keys() const noexcept { return max_keys_; }
  /// Drops whatever waits; returns how many. The windows stay open.
  std::uint64_t discard() noexcept;
  EventKind kind() const noexcept { return kind_; }
  /// Events taken out of their cells and published, since creation.
  std::uint64_t published() const noexcept { return published_; }

 private:
  struct Cell;
  struct Entry {
    std::atomic<std::uint64_t> word{0};
    std::int64_t deadline_ns = 0;  ///< loop thread; 0: not armed
  };

  /// A cell that a thread fills, and whether the thread has the use of the spare one.
  struct Hand {
    std::uint32_t cell;
    bool has_spare;
  };

  static constexpr std::uint32_t kNoEntry = UINT32_MAX;
  static std::size_t key_count(std::size_t max_keys) noexcept {
    return max_keys == 1 ? 1 : max_keys + kMaxThrottleOffers;
  }
  /// Those that hang, one for each offer (the spare one stands for an offer that is over), and the one that
  /// the loop publishes.
  static std::size_t cell_count(std::size_t max_keys) noexcept { return max_keys + kMaxThrottleOffers + 1; }
  std::uint32_t find(const KeyWords& key, std::uint64_t* word) const noexcept;
  std::uint32_t find_among_many(const KeyWords& key, std::uint64_t* word) const noexcept;
  std::uint32_t insert(const KeyWords& key, bool* opened) noexcept;
  std::uint32_t append(std::uint32_t key_place, const KeyWords& key, bool* opened) noexcept;
  std::uint32_t replace_closed(std::uint32_t key_place, const KeyWords& key, bool* opened) noexcept;
  Hand take_in_hand() noexcept;
  void put_down(Hand hand, std::uint32_t cell) noexcept;
  void count_merged(Hand hand) noexcept;
  bool put(Entry& entry, std::uint64_t word, Hand hand, Offer* offer) noexcept;
  void copy_into(std::uint32_t cell, std::size_t form, std::string_view line) noexcept;
  void fill(std::uint32_t cell, const EventLine& event) noexcept;
  Entry& due_first() noexcept;
  std::uint32_t take_cell(Entry& entry) noexcept;
  void publish_cell(std::uint32_t cell, EventSink& sink) noexcept;
  char* cell_text(std::uint32_t cell, std::size_t form) const noexcept;
  std::size_t text_bytes() const noexcept;

  const EventKind kind_;
  const std::size_t max_keys_;
  const std::size_t max_line_bytes_;
  std::unique_ptr<Entry[]> entries_;
  std::unique_ptr<StoredKey[]> keys_;
  IndexPool key_places_;
  IndexPool cell_places_;
  std::unique_ptr<Cell[]> cells_;
  char* text_;  ///< mapped: pages of cells never used cost nothing
  std::atomic<bool> replacing_{false};
  std::atomic<bool> unarmed_{false};
  /// Set by the thread that has the use of the spare cell and writes its count, until it clears it: tried,
  /// never waited for. On a line of their own: a flood writes them with each event.
  alignas(kCacheLineBytes) std::atomic<bool> spare_used_{false};
  std::uint32_t spare_cell_ = IndexPool::kNone;
  std::atomic<std::uint64_t> merged_with_spare_{0};
  std::atomic<std::uint64_t> merged_{0};            ///< by threads without the spare cell
  alignas(kCacheLineBytes) std::size_t armed_ = 0;  ///< this and the next: loop thread
  std::uint64_t published_ = 0;
};

}  // namespace qmpev
