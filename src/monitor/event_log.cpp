// SPDX-License-Identifier: MIT
// Mechanism: per form, a line that does not fit before the end of its ring starts again at offset 0, and
// remembers the bytes it left unused as its pad, so that evicting records in order gives back exactly what
// they took. All forms forget a record together: one tail means one loss, whichever form a reader speaks.
#include "monitor/event_log.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"

namespace qmpev {
namespace {

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

void EventLog::close_record() noexcept {
  ++head_;
  for (Ring& ring : rings_) {
    if (ring.tally) ring.tally->open(head_);
  }
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

void EventLog::publish(const EventLine& event) noexcept {
  Entry& entry = append(event.kind);
  for (std::size_t form = 0; form < kWireForms; ++form) {
    if (rings_[form].bytes && !event.line[form].empty()) put(form, entry, event.line[form]);
  }
  entry.kept = kept_.note(event, head_);
  close_record();
}

void EventLog::gap(EventKind kind, std::uint64_t count) noexcept {
  append(kind);
  refusals_.push_back({head_, kind, count});
  close_record();
  refused_ += count;
}

EventLog::Entry& EventLog::append(EventKind kind) noexcept {
  if (head_ - tail_ == records_) evict();
  Entry& entry = index_[head_ & records_];
  entry = Entry{{}, {}, {}, kind, 0};
  return entry;
}

void EventLog::put(std::size_t form, Entry& entry, std::string_view line) noexcept {
  QMPEV_ASSERT(line.size() <= kMaxLoggedLineBytes);
  Ring& ring = rings_[form];
  const std::size_t to_end = capacity_ - ring.head;
  const bool starts_over = to_end < line.size();
  const std::size_t pad = starts_over ? to_end : 0;
  make_room(ring, pad + line.size());
  const std::size_t offset = starts_over ? 0 : ring.head;
  std::memcpy(ring.bytes.get() + offset, line.data(), line.size());
  entry.offset[form] = static_cast<std::uint32_t>(offset);
  entry.length[form] = static_cast<std::uint16_t>(line.size());
  entry.pad[form] = static_cast<std::uint16_t>(pad);
  ring.head = offset + line.size();
  ring.used += pad + line.size();
  ++ring.published.lines;
  ring.published.bytes += line.size();
  ++ring.published_of[static_cast<std::size_t>(entry.kind)];
}

void EventLog::make_room(Ring& ring, std::size_t bytes) noexcept {
  // Ends before tail_ reaches head_: an empty log has room for any line and its pad.
  while (capacity_ - ring.used < bytes) evict();
}

void EventLog::evict() noexcept {
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
  return walk(form, from, until, limit, [](EventKind) { return true; });
}

Span EventLog::span_of_schema(WireForm form, const Cursor& from, std::uint64_t until,
                              std::size_t limit) const noexcept {
  return walk(form, from, until, limit, is_of_schema);
}

Span EventLog::span(WireForm form, const Cursor& from, std::uint64_t until, std::size_t limit,
                    const EventSet& wanted) const noexcept {
  return walk(form, from, until, limit,
              [&wanted](EventKind kind) { return wanted[static_cast<std::size_t>(kind)]; });
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
