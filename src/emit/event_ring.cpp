// SPDX-License-Identifier: MIT
#include "emit/event_ring.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/assert.hpp"
#include "emit/interleave.hpp"
#include "wire/encoder.hpp"

namespace qmpev {

/// The start of a record. `commit` is commit_of() its position once the record is whole.
struct EventRing::Header {
  std::uint64_t commit;
  std::uint16_t kind;
  std::uint16_t length[kWireForms];
  std::uint16_t shared;  ///< 1: both forms are the one line of length[0]
};

namespace {

constexpr std::size_t kHeaderBytes = 16;
/// Producers learn of freed cells after so many records: often enough that a full ring reopens soon, seldom
/// enough that the line of the tail does not travel between the processors for each record.
constexpr std::size_t kRecordsPerRelease = 16;
/// The cells fetched ahead of a claim: those of the record after the next, when records have two or three.
constexpr std::uint64_t kFetchFrom = 6, kFetchCells = 3;

/// What an earlier lap left in this place can never look like this: the first and the last byte have their
/// high bit set, so a line (ASCII) that reached into the cell after the last record began there has left its
/// mark in the byte it wrote first, on either byte order; and other positions have other words.
constexpr std::uint64_t commit_of(std::uint64_t position) noexcept {
  return std::uint64_t{1} << 63 | position >> 7 << 8 | 0x80 | (position & 0x7F);
}

char* map_zeroed(std::size_t bytes) noexcept {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();  // out of memory ends the process, as in GLib
  return static_cast<char*>(memory);
}

std::size_t cells_for(std::size_t bytes) noexcept {
  return (bytes + kRingCellBytes - 1) / kRingCellBytes;
}

}  // namespace

EventRing::EventRing(std::size_t bytes, UniqueFd wake)
    : cells_(bytes / kRingCellBytes), memory_(map_zeroed(bytes)), wake_(std::move(wake)) {
  static_assert(sizeof(Header) == kHeaderBytes);
  QMPEV_ASSERT(bytes >= kMinRingBytes && bytes <= kMaxRingBytes && (bytes & (bytes - 1)) == 0);
}

EventRing::~EventRing() {
  munmap(memory_, capacity_bytes());
}

std::uint64_t EventRing::in_flight(EventKind kind) const noexcept {
  // Drained first: whatever the loop has counted was claimed before, so the difference cannot be negative.
  const std::uint64_t drained = drained_[index(kind)].packed.load(std::memory_order_acquire);
  return claimed_[index(kind)].packed.load(std::memory_order_relaxed) - drained;
}

std::uint64_t EventRing::events_in_flight(EventKind kind) const noexcept {
  return in_flight(kind) & 0xffffffffu;
}

std::size_t EventRing::bytes_in_use() const noexcept {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  return static_cast<std::size_t>(head() - tail) * kRingCellBytes;
}

EventRing::Push EventRing::push(const EventLine& event) noexcept {
  const bool shared = event.line[0].data() == event.line[1].data() && !event.line[0].empty();
  const std::size_t text_bytes = event.line[0].size() + (shared ? 0 : event.line[1].size());
  const std::size_t cells = cells_for(kHeaderBytes + text_bytes);

  std::uint64_t position = head_.load(std::memory_order_relaxed);
  do {
    // A stale head makes this difference too small or even negative (as seen from a newer tail): the exchange
    // then fails and looks again, so nothing is ever admitted on an old count.
    const std::uint64_t used = position - tail_.load(std::memory_order_acquire);
    if (used > cells_) {
      position = head_.load(std::memory_order_relaxed);
      continue;
    }
    const std::uint64_t free = cells_ - used;
    if (cells > free) return Push::refused_full;
    // What the kind holds is part of what is used: unless that is much, the account that the loop writes for
    // each record need not travel here.
    if (used + cells > free && (in_flight(event.kind) >> 32) + cells > free) return Push::refused_share;
    interleave();
    // Sequentially consistent against announce_sleep(): either the loop sees this claim before it sleeps, or
    // we see, once the record is whole, that it sleeps.
    if (head_.compare_exchange_weak(position, position + cells, std::memory_order_seq_cst)) break;
  } while (true);
  interleave();
  claimed_[index(event.kind)].packed.fetch_add(packed(cells), std::memory_order_relaxed);

  fetch_ahead(position);
  auto* header = reinterpret_cast<Header*>(at(position));
  header->kind = static_cast<std::uint16_t>(event.kind);
  header->length[0] = static_cast<std::uint16_t>(event.line[0].size());
  header->length[1] = static_cast<std::uint16_t>(event.line[1].size());
  header->shared = shared ? 1 : 0;
  char* const text = reinterpret_cast<char*>(header) + kHeaderBytes;
  if (text + text_bytes <= memory_ + capacity_bytes()) {
    if (!event.line[0].empty()) std::memcpy(text, event.line[0].data(), event.line[0].size());
    if (!shared && !event.line[1].empty())
      std::memcpy(text + event.line[0].size(), event.line[1].data(), event.line[1].size());
  } else {  // it goes on at the front
    copy_in(position, kHeaderBytes, event.line[0]);
    if (!shared) copy_in(position, kHeaderBytes + event.line[0].size(), event.line[1]);
  }
  interleave();
  // No more than a release: the copy travels to the other processors while this thread goes on.
  std::atomic_ref<std::uint64_t>(header->commit).store(commit_of(position), std::memory_order_release);
  interleave();
  wake_if_sleeping();
  return Push::accepted;
}

/// The loop has read these cells a lap ago, on another processor perhaps. Asked for now, they are here when
/// their time comes.
void EventRing::fetch_ahead(std::uint64_t position) const noexcept {
  for (std::uint64_t cell = kFetchFrom; cell < kFetchFrom + kFetchCells; ++cell)
    __builtin_prefetch(at(position + cell), 1);
}

void EventRing::wake_if_sleeping() noexcept {
  if (!sleeping_.load(std::memory_order_seq_cst)) return;
  interleave();
  if (!sleeping_.exchange(false, std::memory_order_seq_cst)) return;  // another thread does it
  wakeups_.fetch_add(1, std::memory_order_relaxed);
  const int saved_errno = errno;
  signal();
  errno = saved_errno;
}

void EventRing::signal() noexcept {
  const std::uint64_t one = 1;
  // Nobody reads the counter, and no process lives to see it overflow from ones; a write can only be
  // interrupted.
  while (::write(wake_.get(), &one, sizeof one) < 0 && errno == EINTR) {
  }
}

void EventRing::copy_in(std::uint64_t cell, std::size_t offset, std::string_view text) noexcept {
  if (text.empty()) return;
  const std::size_t start = ((cell & (cells_ - 1)) * kRingCellBytes + offset) & (capacity_bytes() - 1);
  const std::size_t first = std::min(text.size(), capacity_bytes() - start);
  std::memcpy(memory_ + start, text.data(), first);
  if (first < text.size()) std::memcpy(memory_, text.data() + first, text.size() - first);
}

bool EventRing::ready() const noexcept {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  auto* header = reinterpret_cast<Header*>(at(tail));
  return std::atomic_ref<std::uint64_t>(header->commit).load(std::memory_order_acquire) == commit_of(tail);
}

/// A record that begins at the end of the ring and goes on at its front: its bytes are put together.
void EventRing::deliver_from_both_ends(std::uint64_t cell, EventSink& sink) const noexcept {
  char record[kHeaderBytes + kWireForms * kMaxLineBytes];
  const char* const begin = at(cell);
  const auto* header = reinterpret_cast<const Header*>(begin);
  const std::size_t first = header->length[0];
  const std::size_t second = header->shared != 0 ? 0 : header->length[1];
  const std::size_t to_end = static_cast<std::size_t>(memory_ + capacity_bytes() - begin);
  std::memcpy(record, begin, to_end);
  std::memcpy(record + to_end, memory_, kHeaderBytes + first + second - to_end);
  const std::string_view line(record + kHeaderBytes, first);
  const std::string_view other(record + kHeaderBytes + first, second);
  sink.publish({static_cast<EventKind>(header->kind), {line, header->shared != 0 ? line : other}});
}

/// Hands over the record at `cell`; how many cells it takes. A part of drain(), which is all it does.
[[gnu::always_inline]] inline std::size_t EventRing::deliver(std::uint64_t cell, EventSink& sink) noexcept {
  const char* const begin = at(cell);
  const auto* header = reinterpret_cast<const Header*>(begin);
  const bool shared = header->shared != 0;
  const std::size_t first = header->length[0];
  const std::size_t second = shared ? 0 : header->length[1];
  const std::size_t bytes = kHeaderBytes + first + second;
  const EventKind kind = static_cast<EventKind>(header->kind);
  if (begin + bytes <= memory_ + capacity_bytes()) {
    const std::string_view line(begin + kHeaderBytes, first);
    sink.publish({kind, {line, shared ? line : std::string_view(begin + kHeaderBytes + first, second)}});
  } else {
    deliver_from_both_ends(cell, sink);
  }
  lines_drained_ += (first != 0 ? 1 : 0) + (second != 0 ? 1 : 0);
  const std::size_t cells = cells_for(bytes);
  ++drained_events_[index(kind)];
  auto& account = drained_[index(kind)].packed;
  account.store(account.load(std::memory_order_relaxed) + packed(cells), std::memory_order_release);
  return cells;
}

std::size_t EventRing::drain(EventSink& sink, std::size_t max_events) noexcept {
  std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  std::size_t count = 0;
  while (count < max_events) {
    auto* header = reinterpret_cast<Header*>(at(tail));
    if (std::atomic_ref<std::uint64_t>(header->commit).load(std::memory_order_acquire) != commit_of(tail))
      break;
    interleave();
    tail += deliver(tail, sink);
    if (++count % kRecordsPerRelease == 0) tail_.store(tail, std::memory_order_release);
  }
  tail_.store(tail, std::memory_order_release);
  return count;
}

}  // namespace qmpev
