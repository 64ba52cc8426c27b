// SPDX-License-Identifier: MIT
// The fan-out: every event once, in one global order, for any number of readers. Per wire form in use one
// bounded ring of bytes in which lines lie one behind the other, so that a reader far behind sends many with
// one write; over them an index, from sequence number to place. A reader is a Cursor of its own keeping,
// which costs the log nothing; the log forgets the oldest lines when it needs their room, and a reader that
// stands behind tail() has lost exactly the difference of two counters. Memory is what the constructor says,
// however many read. Relies on lines of at most kMaxLoggedLineBytes. Loop thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "emit/event_sink.hpp"
#include "event/event_slots.hpp"
#include "monitor/delivery_tally.hpp"
#include "monitor/kept_lines.hpp"

namespace qmpev {

/// The longest line an event can have (Proxmox's buffer; the generator proves it of every event).
inline constexpr std::size_t kMaxLoggedLineBytes = 4096;
/// Bytes of log per index entry, at most: the shortest event that a guest can send in a flood,
/// BALLOON_CHANGE, has 104 bytes. A flood of shorter ones may be bounded by the index before the bytes are
/// used up.
inline constexpr std::size_t kLogBytesPerEntry = 96;
/// Records that a log of so many bytes has room for in its index: one less than a power of two, since a
/// number becomes a place several times for each event, which is no place for divisions.
constexpr std::size_t log_records(std::size_t capacity_bytes) noexcept {
  return std::bit_ceil(capacity_bytes / kLogBytesPerEntry + 1) - 1;
}
inline constexpr std::size_t kMinLogBytes = std::size_t{64} << 10;
inline constexpr std::size_t kMaxLogBytes = std::size_t{1} << 30;

/// Where a reader stands: everything before `sequence` is behind it, of which `lines` lines and `bytes` bytes
/// were of its form.
struct Cursor {
  std::uint64_t sequence = 0;
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
};

/// Some whole lines that lie one behind the other, and where a reader stands after them. Borrowed until the
/// log changes. No bytes but a later cursor: only what the reader does not want lay there.
struct Span {
  std::string_view bytes;
  Cursor after;
  std::uint64_t begin = 0;  ///< the records of `bytes`, up to `end`
  std::uint64_t end = 0;
  std::uint64_t filtered = 0;  ///< lines stepped over: those of kinds that the reader does not want
};

class EventLog final : public EventSink {
 public:
  /// Events that were refused before they could get here: a record without bytes.
  struct Refusal {
    std::uint64_t sequence;
    EventKind kind;
    std::uint64_t count;
  };

  /// `capacity_bytes` per wire form in use, kMinLogBytes to kMaxLogBytes.
  /// `clock` is borrowed; it is asked when somebody is told of losses. `kept_keys`: see Limits.
  explicit EventLog(std::size_t capacity_bytes, const Clock& clock = system_clock(),
                    std::size_t kept_keys = kKeptKeys);

  /// Keeps lines of this form from now on. Repeatable.
  void use(WireForm form);

  void publish(const EventLine& event) noexcept override;
  void gap(EventKind kind, std::uint64_t count) noexcept override;

  /// The sequence number that the next record gets, and that of the oldest record still here.
  std::uint64_t head() const noexcept { return head_; }
  std::uint64_t tail() const noexcept { return tail_; }
  /// Where a reader of `form` stands that wants nothing of the past, and one that wants all there is.
  Cursor newest(WireForm form) const noexcept;
  Cursor oldest(WireForm form) const noexcept;

  /// What a reader at `from`, not behind tail(), sends next: whole lines before sequence number `until`, at
  /// most `limit` bytes (but always one line). Cost: one step per line; none for a reader that may send all
  /// there is, and finds it in one piece.
  Span span(WireForm form, const Cursor& from, std::uint64_t until, std::size_t limit) const noexcept;
  /// Likewise, for a reader that wants the schema's events only, and for one that wants these kinds.
  Span span_of_schema(WireForm form, const Cursor& from, std::uint64_t until,
                      std::size_t limit) const noexcept;
  Span span(WireForm form, const Cursor& from, std::uint64_t until, std::size_t limit,
            const EventSet& wanted) const noexcept;

  /// Lines of these kinds ever published in `form`, and those of them that the log has forgotten. Cost: one
  /// step per kind.
  std::uint64_t published(WireForm form, const EventSet& kinds) const noexcept;
  std::uint64_t evicted(WireForm form, const EventSet& kinds) const noexcept;

  /// The lines of these records, not behind tail(), went out whole to a session of `form`.
  void count_delivered(WireForm form, std::uint64_t begin, std::uint64_t end) noexcept;
  /// So did one line of this kind, which the log may have forgotten.
  void count_delivered(EventKind kind) noexcept { ++delivered_of_[static_cast<std::size_t>(kind)]; }
  /// By kind, to any session. Cost: one step for each record in the log.
  std::array<std::uint64_t, kEventSlots> delivered() const noexcept;
  /// Of a record that is not behind tail().
  EventKind kind(std::uint64_t sequence) const noexcept { return entry(sequence).kind; }
  bool has_line(WireForm form, std::uint64_t sequence) const noexcept {
    return entry(sequence).length[static_cast<std::size_t>(form)] != 0;
  }
  /// Empty when the record has none in this form. Borrowed until the log changes.
  std::string_view line(WireForm form, std::uint64_t sequence) const noexcept;
  /// The first from this record on; null when there is none. Borrowed until the log changes.
  const Refusal* refusal_from(std::uint64_t sequence) const noexcept;
  /// By kind, of the records before tail(): lines of a form, and events that were refused.
  const std::array<std::uint64_t, kEventSlots>& evicted_of(WireForm form) const noexcept {
    return rings_[static_cast<std::size_t>(form)].evicted_of;
  }
  const std::array<std::uint64_t, kEventSlots>& refusals_evicted_of() const noexcept {
    return refusals_evicted_of_;
  }
  /// What a session that lost records is told all the same.
  const KeptLines& kept() const noexcept { return kept_; }

  std::int64_t wall_us() const noexcept { return clock_.wall_us(); }
  std::size_t capacity_bytes() const noexcept { return capacity_; }
  /// Events refused before they could get here, as told by gap().
  std::uint64_t refused() const noexcept { return refused_; }

 private:
  /// One record. A gap has no bytes in any form.
  struct Entry {
    std::array<std::uint32_t, kWireForms> offset;
    std::array<std::uint16_t, kWireForms> length;
    std::array<std::uint16_t, kWireForms>
        pad;  ///< bytes left unused before the line: it did not fit before the end
    EventKind kind;
    KeptPlace kept;
  };
  /// The lines of one form.
  struct Ring {
    std::unique_ptr<char[]> bytes;
    std::size_t head = 0;           ///< where the next line goes, if it fits before the end
    std::size_t used = 0;           ///< lines and pads of the records from tail_ to head_
    Cursor published;               ///< lines and bytes ever put here
    Cursor evicted;                 ///< of those, the ones before tail_
    std::uint64_t schema_from = 0;  ///< from this record on there are none but the schema's
    std::array<std::uint64_t, kEventSlots> published_of{};
    std::array<std::uint64_t, kEventSlots> evicted_of{};
    std::optional<DeliveryTally> tally;
  };

  const Entry& entry(std::uint64_t sequence) const noexcept { return index_[sequence & records_]; }
  /// Whether all there is from `from` on, one record at least, is one piece of at most `limit` bytes.
  bool in_one_piece(const Ring& ring, WireForm form, const Cursor& from, std::size_t limit) const noexcept;
  Span rest(const Ring& ring, const Cursor& from) const noexcept;
  template <class Wanted>
  Span walk(WireForm form, const Cursor& from, std::uint64_t until, std::size_t limit,
            Wanted wanted) const noexcept;
  void append(const Entry& record) noexcept;
  void put(Ring& ring, std::size_t form, Entry& record, std::string_view line) noexcept;
  void evict() noexcept;
  void keep(const Entry& oldest) noexcept;

  const Clock& clock_;
  std::size_t capacity_;
  std::size_t records_;  ///< at most; as a mask, the place of a number in index_
  std::unique_ptr<Entry[]> index_;
  std::array<Ring, kWireForms> rings_;
  KeptLines kept_;
  std::deque<Refusal> refusals_;  ///< of the records from tail_ on
  std::array<std::uint64_t, kEventSlots> refusals_evicted_of_{};
  std::uint64_t head_ = 0;
  std::uint64_t tail_ = 0;
  std::uint64_t refused_ = 0;
  std::array<std::uint64_t, kEventSlots> delivered_of_{};  ///< of records before tail_, and of carried lines
};

}  // namespace qmpev
