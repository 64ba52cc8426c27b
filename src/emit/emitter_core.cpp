// SPDX-License-Identifier: MIT
#include "emit/emitter_core.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "emit/interleave.hpp"
#include "event/event_tables.hpp"

namespace qmpev {
namespace {

constexpr std::uint32_t form_bit(WireForm form) {
  return 1u << static_cast<unsigned>(form);
}
constexpr std::uint32_t kAnyForm = form_bit(WireForm::document) | form_bit(WireForm::qemu);
constexpr std::int64_t kNsPerMs = 1'000'000;
/// How often the loop lets other threads run while one of them is between its claim and its commit (a copy of
/// a line). Bounded, so that a thread held by a debugger cannot hold the loop.
constexpr int kMaxYields = 10'000;
/// When to look again after a thread that has been given up. Its commit most likely wakes the loop, but it
/// claimed its place long ago, and nothing orders the two.
constexpr std::int64_t kLookAgainMs = 1;
/// A limited event that opens its window, finds the ring full, and then finds that the window has ended
/// meanwhile, tries again so often. Each try needs the thread to be held for a whole window.
constexpr int kMaxOpenings = 3;

}  // namespace

EmitterCore::EmitterCore(const Clock& clock, std::size_t ring_bytes, UniqueFd wake, std::size_t throttle_keys)
    : clock_(clock), throttle_keys_(throttle_keys), ring_(ring_bytes, std::move(wake)) {
  for (std::size_t i = 0; i < kEventSlots; ++i) {
    throttles_[i].store(nullptr, std::memory_order_relaxed);
    interval_ms_[i].store(0, std::memory_order_relaxed);
  }
  for (std::size_t i = 0; i < kEventKinds; ++i) limit(static_cast<EventKind>(i), kEventInfo[i].rate_limit_ms);
}

std::optional<EventKind> EmitterCore::add_event(std::shared_ptr<const EventShape> shape) {
  if (registered_.size() == kMaxRegisteredEvents) return std::nullopt;
  const EventKind kind = static_cast<EventKind>(kEventKinds + registered_.size());
  registered_.push_back(std::move(shape));
  limit(kind, registered_.back()->rate_limit_ms());
  return kind;
}

void EmitterCore::make_throttle(EventKind kind) {
  const EventShape* shape = is_of_schema(kind) ? nullptr : registered_[index(kind) - kEventKinds].get();
  const bool keyed = shape != nullptr ? shape->keyed() : kEventInfo[index(kind)].keyed;
  const std::size_t line =
      shape != nullptr ? shape->max_line_bytes() : kEventInfo[index(kind)].max_line_bytes;
  owned_throttles_.push_back(std::make_unique<Throttle>(kind, keyed ? throttle_keys_ : 1, line));
  throttles_[index(kind)].store(owned_throttles_.back().get(), std::memory_order_release);
}

std::int64_t EmitterCore::interval_ns(EventKind kind) const noexcept {
  return interval_ms_[index(kind)].load(std::memory_order_relaxed) * kNsPerMs;
}

bool EmitterCore::heard(EventKind kind, std::uint32_t by) noexcept {
  const std::uint32_t audience = audience_.load(std::memory_order_relaxed);
  if ((audience & kClosed) != 0) {
    add(counters(kind).after_end);
    return false;
  }
  // A limited event opens its window although nobody hears it, as in QEMU: who negotiates inside the window
  // receives the delayed one.
  if ((audience & by) != 0 || (limited(kind) && (audience & kAnyForm) != 0)) return true;
  add(counters(kind).skipped);
  return false;
}

bool EmitterCore::form_wanted(WireForm form) const noexcept {
  return (audience_.load(std::memory_order_relaxed) & form_bit(form)) != 0;
}

void EmitterCore::submit(const EventLine& event, std::string_view key) noexcept {
  if (limited(event.kind)) {
    Throttle& throttle = *throttles_[index(event.kind)].load(std::memory_order_acquire);
    const Throttle::Offer offer = throttle.offer(key, event);
    if (offer == Throttle::Offer::merged) return;  // what a flood does is over first
    if (submit_limited(throttle, event, key, offer)) return;
  }
  switch (ring_.push(event)) {
    case EventRing::Push::accepted:
      return;
    case EventRing::Push::refused_full:
      return refuse(counters(event.kind).ring_full);
    case EventRing::Push::refused_share:
      return refuse(counters(event.kind).ring_share);
  }
}

void EmitterCore::refuse(std::atomic<std::uint64_t>& cause) noexcept {
  add(cause);
  interleave();
  // Meanwhile the loop may have emptied the ring and gone to sleep. Against announce_sleep() as a push is.
  gap_untold_.store(true, std::memory_order_seq_cst);
  ring_.wake_if_sleeping();
}

/// What follows from a first `offer`. True when the event has found its place: in a cell, or in the ring as
/// the first of its window.
[[gnu::noinline]] bool EmitterCore::submit_limited(Throttle& throttle, const EventLine& event,
                                                   std::string_view key, Throttle::Offer offer) noexcept {
  Counters& count = counters(event.kind);
  for (int tries = 0; offer == Throttle::Offer::opened && tries < kMaxOpenings; ++tries) {
    if (ring_.push(event) == EventRing::Push::accepted) return true;
    // No room between the threads: a limited event is not lost, it waits for the end of the window it opened.
    interleave();
    offer = throttle.offer(key, event);
    // The loop may have made room after we looked and then missed this window, whose opening and its tail
    // have no order between them, and be about to sleep.
    ring_.wake_if_sleeping();
  }
  interleave();
  switch (offer) {
    case Throttle::Offer::stored:
      add(count.stored);
      return true;
    case Throttle::Offer::merged:  // which the throttle has counted
      return true;
    case Throttle::Offer::unlimited:
      add(count.unlimited);
      return false;
    case Throttle::Offer::opened:
      return false;
  }
  return false;
}

void EmitterCore::set_form_wanted(WireForm form) noexcept {
  audience_.fetch_or(form_bit(form), std::memory_order_relaxed);
}

void EmitterCore::set_audience(std::uint32_t bit, bool on) noexcept {
  if (on) {
    audience_.fetch_or(bit, std::memory_order_relaxed);
  } else {
    audience_.fetch_and(~bit, std::memory_order_relaxed);
  }
}

void EmitterCore::close() noexcept {
  audience_.fetch_or(kClosed, std::memory_order_relaxed);
}

bool EmitterCore::closed() const noexcept {
  return (audience_.load(std::memory_order_relaxed) & kClosed) != 0;
}

void EmitterCore::settle(EventSink& sink) noexcept {
  drain_to(ring_.head(), sink);
  if (!stalled()) arm_and_expire(sink);
  tell_gaps(sink);
}

void EmitterCore::drain_to(std::uint64_t head, EventSink& sink) noexcept {
  constexpr std::size_t kBatch = 64;
  for (int yields = 0; static_cast<std::int64_t>(head - ring_.drained_to()) > 0;) {
    if (ring_.drain(sink, kBatch) != 0) continue;
    if (stalled()) return;
    if (++yields > kMaxYields) gave_up_at_ = ring_.drained_to();
    yield_to_others();
  }
}

/// The loop has given up waiting for a thread in the middle of its push, and looks for it now and then. What
/// is behind that record may have opened windows: they wait with it, or the latest value would come before
/// the first.
bool EmitterCore::stalled() const noexcept {
  return ring_.drained_to() == gave_up_at_;
}

void EmitterCore::arm_and_expire(EventSink& sink) noexcept {
  std::int64_t now_ns = 0;  // read at most once, and only when a window exists
  const auto now = [&] { return now_ns != 0 ? now_ns : now_ns = clock_.monotonic_ns(); };
  for (const auto& throttle : owned_throttles_) {
    if (throttle->unarmed()) throttle->arm(now(), interval_ns(throttle->kind()));
  }
  for (;;) {
    Throttle* first = nullptr;
    std::int64_t due = INT64_MAX;
    for (const auto& throttle : owned_throttles_) {
      const std::int64_t deadline = throttle->next_deadline_ns();
      if (deadline >= due) continue;
      due = deadline;
      first = throttle.get();
    }
    if (first == nullptr || due > now()) return;
    if (first->forget_next()) continue;
    if (!drain_what_opened(sink)) return;
    first->publish_next(now(), interval_ns(first->kind()), sink);
  }
}

/// A thread that has hung up an event in a window had put the window's first into the ring before: that one
/// goes first, although it may be newer than the drain at the beginning. False when it is out of reach.
bool EmitterCore::drain_what_opened(EventSink& sink) noexcept {
  drain_to(ring_.head(), sink);
  return !stalled();
}

void EmitterCore::tell_gaps(EventSink& sink) noexcept {
  if (!gap_untold_.load(std::memory_order_relaxed)) return;
  gap_untold_.exchange(false, std::memory_order_acquire);
  interleave();
  for (std::size_t i = 0; i < kEventSlots; ++i) {
    const std::uint64_t refused = counters_[i].ring_full.load(std::memory_order_relaxed) +
                                  counters_[i].ring_share.load(std::memory_order_relaxed);
    if (refused == gaps_told_[i]) continue;
    sink.gap(static_cast<EventKind>(i), refused - gaps_told_[i]);
    gaps_told_[i] = refused;
  }
}

void EmitterCore::flush_delayed(EventSink& sink) noexcept {
  settle(sink);
  for (const auto& throttle : owned_throttles_) {
    for (std::size_t at = 0; (at = throttle->find_waiting(at)) < throttle->max_keys(); ++at) {
      if (!drain_what_opened(sink) && !closed()) return;
      throttle->publish_waiting(at, sink);
    }
  }
}

void EmitterCore::discard_delayed() noexcept {
  for (const auto& throttle : owned_throttles_) discarded_[index(throttle->kind())] += throttle->discard();
}

void EmitterCore::limit(EventKind kind, std::uint32_t interval_ms) {
  QMPEV_ASSERT(interval_ms <= kMaxRateLimitMs);
  if (throttles_[index(kind)].load(std::memory_order_relaxed) == nullptr) {
    if (interval_ms == 0) return;
    make_throttle(kind);
  }
  // Released after the throttle: who sees the interval sees what enforces it.
  interval_ms_[index(kind)].store(interval_ms, std::memory_order_release);
}

void EmitterCore::set_rate_limit(EventKind kind, std::uint32_t interval_ms) noexcept {
  limit(kind, interval_ms);
  Throttle* const throttle = throttles_[index(kind)].load(std::memory_order_relaxed);
  if (throttle != nullptr) throttle->end_windows(clock_.monotonic_ns());
}

std::int64_t EmitterCore::next_deadline_ns() const noexcept {
  if (stalled()) return clock_.monotonic_ns() + kLookAgainMs * kNsPerMs;
  std::int64_t next = INT64_MAX;
  for (const auto& throttle : owned_throttles_) next = std::min(next, throttle->next_deadline_ns());
  return next;
}

bool EmitterCore::try_sleep() noexcept {
  ring_.announce_sleep();
  interleave();
  const bool unarmed = !stalled() && std::any_of(owned_throttles_.begin(), owned_throttles_.end(),
                                                 [](const auto& throttle) { return throttle->unarmed(); });
  const bool gap_untold = gap_untold_.load(std::memory_order_seq_cst);
  const bool undrained = stalled() ? ring_.ready() : ring_.claimed();
  if (!unarmed && !gap_untold && !undrained) return true;
  ring_.awake();
  return false;
}

EventCounters EmitterCore::read_counters(EventKind kind) const noexcept {
  const Counters& from = counters_[index(kind)];
  const auto read = [](const std::atomic<std::uint64_t>& counter) {
    return counter.load(std::memory_order_relaxed);
  };
  EventCounters to;
  // The loop's counts before the devices': what is added in between shows as in flight, never as negative.
  const std::uint64_t drained = ring_.events_drained(kind);
  const Throttle* throttle = throttles_[index(kind)].load(std::memory_order_relaxed);
  const std::uint64_t released = throttle != nullptr ? throttle->published() : 0;
  to.published = drained + released;
  to.discarded = discarded_[index(kind)];
  to.in_ring = ring_.events_in_flight(kind);
  const std::uint64_t stored = read(from.stored);
  // A cell is hung up before it is counted; the loop may have taken it in between.
  to.pending = stored > released + to.discarded ? stored - released - to.discarded : 0;
  to.merged = throttle != nullptr ? throttle->merged() : 0;
  to.refused_ring_full = read(from.ring_full);
  to.refused_ring_share = read(from.ring_share);
  to.refused_oversize = read(from.oversize);
  to.refused_invalid = read(from.invalid);
  to.after_end = read(from.after_end);
  to.skipped = read(from.skipped);
  to.unlimited_keys = read(from.unlimited);
  to.emitted = drained + to.in_ring + stored + to.merged + to.refused_ring_full + to.refused_ring_share +
               to.refused_oversize + to.refused_invalid + to.after_end + to.skipped;
  return to;
}

void EmitterCore::read_statistics(Statistics& statistics) const {
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    statistics.events[i] = read_counters(static_cast<EventKind>(i));
  }
  statistics.registered_events.clear();
  for (std::size_t i = 0; i < registered_.size(); ++i) {
    const EventKind kind = static_cast<EventKind>(kEventKinds + i);
    statistics.registered_events.push_back({registered_[i]->name(), kind, read_counters(kind)});
  }
  statistics.lines_through_ring = ring_.lines_drained();
  statistics.wakeups = ring_.wakeups();
  statistics.ring_bytes_in_use = ring_.bytes_in_use();
  statistics.ring_bytes_capacity = ring_.capacity_bytes();
}

}  // namespace qmpev
