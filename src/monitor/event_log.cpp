// SPDX-License-Identifier: MIT
// Mechanism: per form, a line that does not fit before the end of its ring starts again at offset 0, and
// remembers the bytes it left unused as its pad, so that evicting records in order gives back exactly what
// they took. All forms forget a record together: one tail means one loss, whichever form a reader speaks.
#include "monitor/event_log.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "base/cache_line.hpp"

namespace qmpev {
namespace {

/// The log is larger than a processor's cache, and where the next lines go was written a lap ago. How far
/// ahead its memory is asked for, in bytes: some eight lines, a few hundred nanoseconds.
constexpr std::size_t kFetchAhead = 1024;

/// Two cache lines: as much as an event takes.
void fetch(const char* place) noexcept {
  __builtin_prefetch(place, 1);
  __builtin_prefetch(place + kCacheLineBytes, 1);
}

std::uint64_t sum(const std::array<std::uint64_t, kEventSlots>& counts, const EventSet& kinds) noexcept {
  std::uint64_t all = 0;
  for (std::size_t kind = 0; kind < kEventSlots; ++kind) all += kinds[kind] ? counts[kind] : 0;
  return all;
}

}  // namespace

EventLog::EventLog(std::size_t capacity_bytes, const Clock& clock, std::size_t kept_keys)
    : clock_(clock),
      capacity_(capacity_bytes),
      records_(log_records(capacity_bytes)),
      // Left uninitialised: the kernel gives pages only as they are used.
      index_(std::make_unique_for_overwrite<Entry[]>(records_ + 1)),
      kept_(kept_keys) {
  QMPEV_ASSERT(capacity_bytes >= kMinLogBytes && capacity_bytes <= kMaxLogBytes);
}

void EventLog::use(WireForm form) {
  Ring& ring = rings_[static_cast<std::size_t>(form)];
  if (ring.bytes) return;
  ring.bytes = std::make_unique_for_overwrite<char[]>(capacity_);
  // Nobody reads this form yet: records that are here already went out to nobody in it.
  ring.tally.emplace(records_);
  for (std::uint64_t sequence = tail_; sequence <= head_; ++sequence) ring.tally->open(sequence);
}

void EventLog::count_delivered(WireForm form, std::uint64_t begin, std::uint64_t end) noexcept {
  rings_[static_cast<std::size_t>(form)].tally->add(begin, end);
}

std::array<std::uint64_t, kEventSlots> EventLog::delivered() const noexcept {
  std::array<std::uint64_t, kEventSlots> all = delivered_of_;
  for (std::size_t form = 0; form < kWireForms; ++form) {
    if (!rings_[form].tally) continue;
    rings_[form].tally->walk(tail_, head_, [&](std::uint64_t sequence, std::uint64_t deliveries) {
      const Entry& record = entry(sequence);
      if (record.length[form] != 0) all[static_cast<std::size_t>(record.kind)] += deliveries;
    });
  }
  return all;
}

// These two are parts of publish(), where their calls would cost as much as their work.
[[gnu::always_inline]] inline void EventLog::append(const Entry& record) noexcept {
  if (head_ - tail_ == records_) evict();
  index_[head_ & records_] = record;
  ++head_;
  for (Ring& ring : rings_) {
    if (ring.tally) ring.tally->open(head_);
  }
}

/// The bytes of one line, and what `record` needs to know of them.
[[gnu::always_inline]] inline void EventLog::put(Ring& ring, std::size_t form, Entry& record,
                                                 std::string_view line) noexcept {
  const std::size_t size = line.size();
  QMPEV_ASSERT(size <= kMaxLoggedLineBytes);
  std::size_t offset = ring.head;
  std::size_t pad = 0;
  if (capacity_ - offset < size) {
    pad = capacity_ - offset;
    offset = 0;
  }
  // Ends before tail_ reaches head_: an empty log has room for any line and its pad.
  while (capacity_ - ring.used < pad + size) evict();
  record.offset[form] = static_cast<std::uint32_t>(offset);
  record.length[form] = static_cast<std::uint16_t>(size);
  record.pad[form] = static_cast<std::uint16_t>(pad);
  ring.head = offset + size;
  ring.used += pad + size;
  ++ring.published.lines;
  ring.published.bytes += size;
  ++ring.published_of[static_cast<std::size_t>(record.kind)];
  if (!is_of_schema(record.kind)) ring.schema_from = head_ + 1;
  char* const to = ring.bytes.get() + offset;
  if (offset + kFetchAhead + kCacheLineBytes < capacity_) fetch(to + kFetchAhead);
  std::memcpy(to, line.data(), size);
}

void EventLog::publish(const EventLine& event) noexcept {
  Entry record{{}, {}, {}, event.kind, kept_.note(event, head_)};
  for (std::size_t form = 0; form < kWireForms; ++form) {
    if (rings_[form].bytes && !event.line[form].empty()) put(rings_[form], form, record, event.line[form]);
  }
  append(record);
}

void EventLog::gap(EventKind kind, std::uint64_t count) noexcept {
  refusals_.push_back({head_, kind, count});
  append({{}, {}, {}, kind, 0});
  refused_ += count;
}

[[gnu::noinline]] void EventLog::evict() noexcept {
  const Entry& oldest = entry(tail_);
  if (!refusals_.empty() && refusals_.front().sequence == tail_) {
    refusals_evicted_of_[static_cast<std::size_t>(oldest.kind)] += refusals_.front().count;
    refusals_.pop_front();
  }
  if (oldest.kept != 0 && kept_.is_newest(oldest.kept, tail_)) keep(oldest);
  for (std::size_t form = 0; form < kWireForms; ++form) {
    Ring& ring = rings_[form];
    const std::uint64_t deliveries = ring.tally ? ring.tally->forget(tail_) : 0;
    if (oldest.length[form] == 0) continue;
    delivered_of_[static_cast<std::size_t>(oldest.kind)] += deliveries;
    ring.used -= std::size_t{oldest.pad[form]} + oldest.length[form];
    ++ring.evicted.lines;
    ring.evicted.bytes += oldest.length[form];
    ++ring.evicted_of[static_cast<std::size_t>(oldest.kind)];
  }
  ++tail_;
}

std::string_view EventLog::line(WireForm form, std::uint64_t sequence) const noexcept {
  const std::size_t f = static_cast<std::size_t>(form);
  const Entry& record = entry(sequence);
  if (record.length[f] == 0) return {};
  return {rings_[f].bytes.get() + record.offset[f], record.length[f]};
}

void EventLog::keep(const Entry& oldest) noexcept {
  std::array<std::string_view, kWireForms> lines;
  for (std::size_t form = 0; form < kWireForms; ++form)
    lines[form] = line(static_cast<WireForm>(form), tail_);
  kept_.forget(oldest.kept, lines);
}

const EventLog::Refusal* EventLog::refusal_from(std::uint64_t sequence) const noexcept {
  const auto found =
      std::lower_bound(refusals_.begin(), refusals_.end(), sequence,
                       [](const Refusal& refusal, std::uint64_t from) { return refusal.sequence < from; });
  return found != refusals_.end() ? &*found : nullptr;
}

Cursor EventLog::newest(WireForm form) const noexcept {
  const Cursor& published = rings_[static_cast<std::size_t>(form)].published;
  return {head_, published.lines, published.bytes};
}

Cursor EventLog::oldest(WireForm form) const noexcept {
  const Cursor& evicted = rings_[static_cast<std::size_t>(form)].evicted;
  return {tail_, evicted.lines, evicted.bytes};
}

std::uint64_t EventLog::published(WireForm form, const EventSet& kinds) const noexcept {
  return sum(rings_[static_cast<std::size_t>(form)].published_of, kinds);
}

std::uint64_t EventLog::evicted(WireForm form, const EventSet& kinds) const noexcept {
  return sum(rings_[static_cast<std::size_t>(form)].evicted_of, kinds);
}

Span EventLog::span(WireForm form, const Cursor& from, std::uint64_t until,
                    std::size_t limit) const noexcept {
  const Ring& ring = rings_[static_cast<std::size_t>(form)];
  if (until >= head_ && in_one_piece(ring, form, from, limit)) return rest(ring, from);
  return walk(form, from, until, limit, [](EventKind) { return true; });
}

Span EventLog::span_of_schema(WireForm form, const Cursor& from, std::uint64_t until,
                              std::size_t limit) const noexcept {
  const Ring& ring = rings_[static_cast<std::size_t>(form)];
  if (until >= head_ && from.sequence >= ring.schema_from && in_one_piece(ring, form, from, limit))
    return rest(ring, from);
  return walk(form, from, until, limit, is_of_schema);
}

Span EventLog::span(WireForm form, const Cursor& from, std::uint64_t until, std::size_t limit,
                    const EventSet& wanted) const noexcept {
  return walk(form, from, until, limit,
              [&wanted](EventKind kind) { return wanted[static_cast<std::size_t>(kind)]; });
}

bool EventLog::in_one_piece(const Ring& ring, WireForm form, const Cursor& from,
                            std::size_t limit) const noexcept {
  if (from.sequence == head_) return false;
  const std::size_t f = static_cast<std::size_t>(form);
  const Entry& first = entry(from.sequence);
  const std::uint64_t bytes = ring.published.bytes - from.bytes;
  // Lines that started over at the front would make the sum too large by what lies before them.
  return first.length[f] != 0 && bytes <= limit && first.offset[f] + bytes == ring.head;
}

Span EventLog::rest(const Ring& ring, const Cursor& from) const noexcept {
  const std::size_t size = static_cast<std::size_t>(ring.published.bytes - from.bytes);
  const Cursor after{head_, ring.published.lines, ring.published.bytes};
  return {{ring.bytes.get() + ring.head - size, size}, after, from.sequence, head_, 0};
}

/// Three copies of one loop: a reader without a filter pays nothing for those that have one.
template <class Wanted>
Span EventLog::walk(WireForm form, const Cursor& from, std::uint64_t until, std::size_t limit,
                    Wanted wanted) const noexcept {
  QMPEV_ASSERT(from.sequence >= tail_ && from.sequence <= head_);
  const std::size_t f = static_cast<std::size_t>(form);
  Span span{{}, from, 0, 0, 0};
  std::size_t begin = 0;
  std::size_t size = 0;
  for (; span.after.sequence < std::min(until, head_); ++span.after.sequence) {
    const Entry& next = entry(span.after.sequence);
    const std::size_t length = next.length[f];
    if (length == 0) continue;
    if (!wanted(next.kind)) {
      ++span.filtered;
      ++span.after.lines;
      span.after.bytes += length;
      continue;
    }
    if (size == 0) {
      begin = next.offset[f];
      span.begin = span.after.sequence;
    } else if (next.offset[f] != begin + size || size + length > limit) {
      break;
    }
    size += length;
    span.end = span.after.sequence + 1;
    ++span.after.lines;
    span.after.bytes += length;
  }
  if (size > 0) span.bytes = {rings_[f].bytes.get() + begin, size};
  return span;
}

}  // namespace qmpev
