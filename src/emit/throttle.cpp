// SPDX-License-Identifier: MIT
// How the words work. An entry's word holds a generation, the place of its key, the number of the waiting
// cell plus one, and the bits `open` and `used`. Every change is one compare-exchange of the whole word, so
// whoever acts on a key it has read knows that the key was still there: replacing a key changes the
// generation.
//
// Entries are filled from the front and never emptied. Two threads with the same new key race for the same
// first unused entry, so a key cannot get two. Only when all entries are used is a closed one given to
// another key, by one thread at a time (`replacing_`, tried and never waited for).
//
// Merging is what a flood does, so it costs two exchanges: one gives a thread the use of the spare cell, one
// hangs that up; the cell it replaces is the next spare. Threads that come meanwhile take theirs from the
// pool, and pay three more.
#include "emit/throttle.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "emit/interleave.hpp"

namespace qmpev {
namespace {

constexpr std::uint64_t kUsed = 1;
constexpr std::uint64_t kOpen = 2;
constexpr int kCellShift = 2;
constexpr int kKeyShift = 18;
constexpr int kGenerationShift = 34;
constexpr std::uint64_t kPlaceMask = 0xffff;
constexpr std::uint64_t kCellBits = kPlaceMask << kCellShift;

bool is_used(std::uint64_t word) {
  return (word & kUsed) != 0;
}
bool is_open(std::uint64_t word) {
  return (word & kOpen) != 0;
}
bool has_cell(std::uint64_t word) {
  return (word & kCellBits) != 0;
}
std::uint32_t cell_of(std::uint64_t word) {
  return static_cast<std::uint32_t>(((word & kCellBits) >> kCellShift) - 1);
}
std::uint64_t with_cell(std::uint64_t word, std::uint32_t cell) {
  return (word & ~kCellBits) | (std::uint64_t{cell} + 1) << kCellShift;
}
std::uint32_t key_of(std::uint64_t word) {
  return static_cast<std::uint32_t>((word >> kKeyShift) & kPlaceMask);
}
std::uint64_t opened_for(std::uint32_t key_place, std::uint64_t generation) {
  return generation << kGenerationShift | std::uint64_t{key_place} << kKeyShift | kOpen | kUsed;
}
/// What must not change while a thread puts a cell: the key, its generation, and that the window is open.
bool same_window(std::uint64_t a, std::uint64_t b) {
  return ((a ^ b) & ~kCellBits) == 0;
}

}  // namespace

struct Throttle::Cell {
  std::uint16_t length[kWireForms];
  bool shared;
};

Throttle::Throttle(EventKind kind, std::size_t max_keys, std::size_t max_line_bytes)
    : kind_(kind),
      max_keys_(max_keys),
      max_line_bytes_(max_line_bytes),
      entries_(std::make_unique<Entry[]>(max_keys)),
      keys_(std::make_unique<StoredKey[]>(key_count(max_keys))),
      key_places_(key_count(max_keys)),
      cell_places_(cell_count(max_keys)),
      cells_(std::make_unique<Cell[]>(cell_count(max_keys))) {
  QMPEV_ASSERT(max_keys >= 1 && cell_count(max_keys) < kPlaceMask);
  if (max_keys == 1) {
    const std::uint32_t place = key_places_.take();
    keys_[place].write(KeyWords({}));
    entries_[0].word.store(opened_for(place, 0) & ~kOpen, std::memory_order_relaxed);
  }
  void* text = mmap(nullptr, text_bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (text == MAP_FAILED) std::abort();  // out of memory ends the process, as in GLib
  text_ = static_cast<char*>(text);
}

Throttle::~Throttle() {
  munmap(text_, text_bytes());
}

std::size_t Throttle::text_bytes() const noexcept {
  return cell_count(max_keys_) * kWireForms * max_line_bytes_;
}

char* Throttle::cell_text(std::uint32_t cell, std::size_t form) const noexcept {
  return text_ + (cell * kWireForms + form) * max_line_bytes_;
}

// The parts of offer().

inline std::uint32_t Throttle::find(const KeyWords& key, std::uint64_t* word) const noexcept {
  if (max_keys_ > 1) return find_among_many(key, word);
  *word = entries_[0].word.load(std::memory_order_acquire);  // a kind without a key: its entry is always used
  return 0;
}

inline Throttle::Hand Throttle::take_in_hand() noexcept {
  const bool has_spare = !spare_used_.exchange(true, std::memory_order_acquire);
  interleave();
  std::uint32_t cell = has_spare ? std::exchange(spare_cell_, IndexPool::kNone) : IndexPool::kNone;
  if (cell == IndexPool::kNone) cell = cell_places_.take();
  return {cell, has_spare};
}

/// Ends the use of a hand, with a cell that nobody needs any more, if there is one.
inline void Throttle::put_down(Hand hand, std::uint32_t cell) noexcept {
  if (hand.has_spare) {
    spare_cell_ = cell;
    spare_used_.store(false, std::memory_order_release);
  } else if (cell != IndexPool::kNone) {
    cell_places_.give_back(cell);
  }
}

inline void Throttle::count_merged(Hand hand) noexcept {
  if (!hand.has_spare) {
    merged_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  merged_with_spare_.store(merged_with_spare_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

inline void Throttle::copy_into(std::uint32_t cell, std::size_t form, std::string_view line) noexcept {
  QMPEV_ASSERT(line.size() <= max_line_bytes_);
  if (!line.empty()) std::memcpy(cell_text(cell, form), line.data(), line.size());
}

inline void Throttle::fill(std::uint32_t cell, const EventLine& event) noexcept {
  Cell& head = cells_[cell];
  head.shared = event.line[0].data() == event.line[1].data() && !event.line[0].empty();
  for (std::size_t form = 0; form < kWireForms; ++form)
    head.length[form] = static_cast<std::uint16_t>(event.line[form].size());
  copy_into(cell, 0, event.line[0]);
  if (!head.shared) copy_into(cell, 1, event.line[1]);
}

/// Hangs the cell on the open window of `word`; false when that window is no more.
inline bool Throttle::put(Entry& entry, std::uint64_t word, Hand hand, Offer* offer) noexcept {
  std::uint64_t seen = word;
  while (!entry.word.compare_exchange_weak(seen, with_cell(seen, hand.cell), std::memory_order_acq_rel)) {
    if (!same_window(seen, word)) return false;
  }
  interleave();
  const bool merges = has_cell(seen);
  *offer = merges ? Offer::merged : Offer::stored;
  if (merges) count_merged(hand);
  put_down(hand, merges ? cell_of(seen) : IndexPool::kNone);
  return true;
}

Throttle::Offer Throttle::offer(std::string_view key_text, const EventLine& event) noexcept {
  const KeyWords key(key_text);
  Hand hand{IndexPool::kNone, false};
  Offer result;
  for (;;) {
    std::uint64_t word = 0;
    const std::uint32_t place = find(key, &word);
    interleave();
    if (place == kNoEntry) {
      bool opened = false;
      const std::uint32_t inserted = insert(key, &opened);
      if (inserted == kNoEntry || opened) {
        result = opened ? Offer::opened : Offer::unlimited;
        break;
      }
      continue;  // another thread brought the same key: it is found now
    }
    Entry& entry = entries_[place];
    if (!is_open(word)) {
      if (!entry.word.compare_exchange_strong(word, word | kOpen, std::memory_order_acq_rel)) continue;
      result = Offer::opened;
      break;
    }
    if (hand.cell == IndexPool::kNone) {
      hand = take_in_hand();
      if (hand.cell == IndexPool::kNone) {
        put_down(hand, hand.cell);
        return Offer::unlimited;
      }
      fill(hand.cell, event);
      interleave();
    }
    if (put(entry, word, hand, &result)) return result;
  }
  put_down(hand, hand.cell);
  interleave();
  if (result == Offer::opened) unarmed_.store(true, std::memory_order_seq_cst);
  return result;
}

std::uint32_t Throttle::find_among_many(const KeyWords& key, std::uint64_t* word) const noexcept {
  for (std::uint32_t i = 0; i < max_keys_; ++i) {
    *word = entries_[i].word.load(std::memory_order_acquire);
    if (!is_used(*word)) break;
    if (keys_[key_of(*word)].equals(key)) return i;
  }
  return kNoEntry;
}

std::uint32_t Throttle::insert(const KeyWords& key, bool* opened) noexcept {
  const std::uint32_t key_place = key_places_.take();
  if (key_place == IndexPool::kNone) return kNoEntry;
  keys_[key_place].write(key);
  interleave();
  const std::uint32_t entry = append(key_place, key, opened);
  if (!*opened) key_places_.give_back(key_place);
  return entry;
}

std::uint32_t Throttle::append(std::uint32_t key_place, const KeyWords& key, bool* opened) noexcept {
  for (std::uint32_t i = 0; i < max_keys_; ++i) {
    std::uint64_t word = entries_[i].word.load(std::memory_order_acquire);
    interleave();
    if (!is_used(word) &&
        entries_[i].word.compare_exchange_strong(word, opened_for(key_place, 0), std::memory_order_acq_rel)) {
      *opened = true;
      return i;
    }
    // Used before, or taken by another thread just now: `word` is what stands there.
    if (keys_[key_of(word)].equals(key)) return i;
  }
  return replace_closed(key_place, key, opened);
}

std::uint32_t Throttle::replace_closed(std::uint32_t key_place, const KeyWords& key, bool* opened) noexcept {
  if (replacing_.exchange(true, std::memory_order_acquire)) return kNoEntry;
  std::uint64_t word = 0;
  std::uint32_t entry = find(key, &word);  // nobody else can bring a key now: what is not found is not there
  if (entry == kNoEntry) {
    for (std::uint32_t i = 0; i < max_keys_ && !*opened; ++i) {
      word = entries_[i].word.load(std::memory_order_acquire);
      if (is_open(word)) continue;
      interleave();
      const std::uint64_t next = opened_for(key_place, (word >> kGenerationShift) + 1);
      if (!entries_[i].word.compare_exchange_strong(word, next, std::memory_order_acq_rel)) continue;
      interleave();
      key_places_.give_back(key_of(word));
      *opened = true;
      entry = i;
    }
  }
  replacing_.store(false, std::memory_order_release);
  return entry;
}

void Throttle::arm(std::int64_t now_ns, std::int64_t interval_ns) noexcept {
  if (!unarmed_.exchange(false, std::memory_order_seq_cst)) return;
  interleave();
  for (std::size_t i = 0; i < max_keys_; ++i) {
    Entry& entry = entries_[i];
    if (entry.deadline_ns == 0 && is_open(entry.word.load(std::memory_order_acquire))) {
      entry.deadline_ns = now_ns + interval_ns;
      ++armed_;
    }
  }
}

std::int64_t Throttle::next_deadline_ns() const noexcept {
  std::int64_t next = INT64_MAX;
  if (armed_ == 0) return next;
  for (std::size_t i = 0; i < max_keys_; ++i) {
    if (entries_[i].deadline_ns != 0) next = std::min(next, entries_[i].deadline_ns);
  }
  return next;
}

Throttle::Entry& Throttle::due_first() noexcept {
  const std::int64_t due = next_deadline_ns();
  std::size_t i = 0;
  while (entries_[i].deadline_ns != due) ++i;
  return entries_[i];
}

bool Throttle::forget_next() noexcept {
  Entry& entry = due_first();
  std::uint64_t word = entry.word.load(std::memory_order_acquire);
  interleave();
  if (has_cell(word)) return false;
  // A thread that puts a cell meanwhile makes the exchange fail.
  if (!entry.word.compare_exchange_strong(word, word & ~kOpen, std::memory_order_acq_rel)) return false;
  entry.deadline_ns = 0;
  --armed_;
  return true;
}

void Throttle::publish_next(std::int64_t now_ns, std::int64_t interval_ns, EventSink& sink) noexcept {
  Entry& entry = due_first();
  publish_cell(take_cell(entry), sink);
  interleave();
  entry.deadline_ns = now_ns + interval_ns;
}

void Throttle::end_windows(std::int64_t now_ns) noexcept {
  for (std::size_t i = 0; i < max_keys_; ++i) {
    if (entries_[i].deadline_ns != 0) entries_[i].deadline_ns = std::min(entries_[i].deadline_ns, now_ns);
  }
}

std::size_t Throttle::find_waiting(std::size_t from) const noexcept {
  while (from < max_keys_ && !has_cell(entries_[from].word.load(std::memory_order_acquire))) ++from;
  return from;
}

void Throttle::publish_waiting(std::size_t place, EventSink& sink) noexcept {
  publish_cell(take_cell(entries_[place]), sink);
}

std::uint64_t Throttle::discard() noexcept {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < max_keys_; ++i) {
    const std::uint32_t cell = take_cell(entries_[i]);
    if (cell == IndexPool::kNone) continue;
    cell_places_.give_back(cell);
    ++count;
  }
  return count;
}

std::uint32_t Throttle::take_cell(Entry& entry) noexcept {
  std::uint64_t word = entry.word.load(std::memory_order_acquire);
  while (has_cell(word)) {
    interleave();
    if (entry.word.compare_exchange_weak(word, word & ~kCellBits, std::memory_order_acq_rel))
      return cell_of(word);
  }
  return IndexPool::kNone;
}

void Throttle::publish_cell(std::uint32_t cell, EventSink& sink) noexcept {
  const Cell& head = cells_[cell];
  EventLine event;
  event.kind = kind_;
  for (std::size_t form = 0; form < kWireForms; ++form) {
    event.line[form] = {cell_text(cell, head.shared ? 0 : form), head.length[form]};
  }
  sink.publish(event);
  ++published_;
  cell_places_.give_back(cell);
}

}  // namespace qmpev
