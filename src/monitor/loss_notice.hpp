// SPDX-License-Identifier: MIT
// What a session that asked with x-qmpev-gap-notice is told where events are missing: how many of which,
// since the client read too slowly (dropped) or since there was no room between the threads (refused). Keeps
// count by event of what the session has behind it, which no other session pays for. The line is made when it
// goes out, from numbers that have their room here: whatever is full, it can be said. Loop thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "event/event_slots.hpp"
#include "monitor/event_catalogue.hpp"
#include "monitor/event_log.hpp"
#include "monitor/gap.hpp"

namespace qmpev {

inline constexpr std::string_view kGapNoticeCommand = "x-qmpev-gap-notice";
/// The name in the line of a notice, which is built like that of an event.
inline constexpr std::string_view kGapNoticeEvent = "X_QMPEV_EVENTS_LOST";

class LossNotice {
 public:
  /// For a session that stands at `at`, not behind the log's tail; `gap` is before it. `log` and `names` are
  /// borrowed.
  LossNotice(const EventLog& log, const EventCatalogue& names, WireForm form, const Cursor& at,
             const Gap& gap) noexcept;

  /// The session goes past these records, which are in the log.
  void pass(std::uint64_t begin, std::uint64_t end) noexcept;
  /// A kept line of this kind went out.
  void pass_kept(EventKind kind) noexcept { --kept_[static_cast<std::size_t>(kind)]; }

  /// The session passes this record of refused events.
  void refuse(const EventLog::Refusal& refusal, const EventSet& wanted) noexcept;
  /// The session goes from `place` to the log's tail, which has cost it this. Of a kind that was wanted among
  /// some of the records only, nothing but the sum is known.
  void lose(std::uint64_t place, const Loss& loss, const Gap& gap) noexcept;
  /// So many kept lines of the gap that begins at `place` were overtaken before they went out.
  void lose_kept(std::uint64_t place, std::uint64_t lines, const Gap& gap) noexcept;

  /// There is something to tell that was not told.
  bool owed() const noexcept { return dropped_ != 0 || refused_ != 0; }
  /// Where in the log's order it is to be told.
  std::uint64_t place() const noexcept { return place_; }
  /// Tells it, in at most kMaxLoggedLineBytes: with CR LF. Events that do not fit are in the sums alone.
  /// Borrowed until the next.
  const std::string& line(std::int64_t wall_us);
  void told() noexcept;

 private:
  using Counts = std::array<std::uint64_t, kEventSlots>;
  void owe(std::uint64_t place) noexcept;

  const EventLog& log_;
  const EventCatalogue& names_;
  WireForm form_;
  Counts passed_{};    ///< lines that the session has behind it
  Counts refusals_{};  ///< likewise, events that were refused
  Counts kept_{};      ///< pending in the gap
  Counts dropped_of_{};
  Counts refused_of_{};
  std::uint64_t dropped_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t place_ = 0;  ///< of the first of them
  std::string line_;
};

}  // namespace qmpev
