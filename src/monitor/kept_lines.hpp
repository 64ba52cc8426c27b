// SPDX-License-Identifier: MIT
// The newest line of each kind and key that the schema marks with `keep`, once the log has forgotten it: what
// a session that lost events is told at the gap, so that it knows the present state all the same. A line is
// copied only when the log forgets it, and only when nothing newer of its key was published; until then a
// record costs one look. Keys are bounded. Loop thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/events.hpp>
#include <qmpev/limits.hpp>
#include <qmpev/wire_form.hpp>

#include "emit/event_sink.hpp"
#include "event/event_slots.hpp"

namespace qmpev {

/// What a record that may have to be kept is about; 0: it is never kept.
using KeptPlace = std::uint16_t;
static_assert(kEventKinds * kMaxKeptKeys < UINT16_MAX);

struct KeptLine {
  EventKind kind{};
  std::uint64_t sequence = 0;  ///< of the newest record of this key
  std::array<std::string, kWireForms> line{};
  bool forgotten = false;  ///< that record, by the log: `line` is what it was
};

class KeptLines {
 public:
  /// `max_keys` of each kind, see Limits::kept_keys.
  explicit KeptLines(std::size_t max_keys = kKeptKeys);

  /// This record is the newest of its key now.
  KeptPlace note(const EventLine& event, std::uint64_t sequence) {
    const KeptPlace place = of_kind_[static_cast<std::size_t>(event.kind)];
    if (place == 0) return 0;
    if (place == kByKey) return supersede(place_of(event), sequence);
    return supersede(place, sequence);
  }
  /// True when nothing newer than this record was noted at its place: its lines are wanted by forget().
  bool is_newest(KeptPlace place, std::uint64_t sequence) const noexcept {
    return lines_[place].sequence == sequence;
  }
  /// The log is about to forget that record, with these lines; an empty one is of a form that is not in use.
  void forget(KeptPlace place, const std::array<std::string_view, kWireForms>& lines);

  /// The first line that was forgotten with a record from `from` up to, not including, `until`, and that has
  /// `form`; null when there is none. Borrowed until the log changes.
  const KeptLine* next(WireForm form, std::uint64_t from, std::uint64_t until) const noexcept;
  /// Changes whenever next() may answer differently.
  std::uint64_t version() const noexcept { return version_; }
  /// Keys that had to give their place to newer ones.
  std::uint64_t displaced() const noexcept { return displaced_; }

 private:
  static constexpr KeptPlace kByKey = UINT16_MAX;  ///< there is one for each key
  using Keys = std::map<std::string, KeptPlace, std::less<>>;
  KeptPlace place_of(const EventLine& event);
  KeptPlace supersede(KeptPlace place, std::uint64_t sequence) {
    KeptLine& kept = lines_[place];
    if (kept.forgotten) drop(kept);
    kept.sequence = sequence;
    return place;
  }
  void drop(KeptLine& kept);
  KeptPlace displace(Keys& keys);

  const std::size_t max_keys_;
  std::vector<KeptLine> lines_;                   ///< by place; the first is none
  std::array<KeptPlace, kEventSlots> of_kind_{};  ///< or kByKey
  std::array<Keys, kEventKinds> keys_;
  std::map<std::uint64_t, KeptPlace> forgotten_;  ///< by the record's number
  std::string key_;                               ///< of the event in hand
  std::uint64_t version_ = 0;
  std::uint64_t displaced_ = 0;
};

/// What the event on this line is about, in words that differ when keys do. `form` is that of the line.
void read_keep_key(EventKind kind, WireForm form, std::string_view line, std::string& key);

}  // namespace qmpev
