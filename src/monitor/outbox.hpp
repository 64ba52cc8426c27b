// SPDX-License-Identifier: MIT
// What one session has to write, in its one order: replies at their places among the events of the log.
// Events are not copied: the outbox stands at a Cursor, always between two lines. Only when a socket takes
// part of a line is the rest of it kept here (the carry), so that the log may forget any line at any time and
// never tears one. A filter steps over lines that are not wanted, from its place in that order on. Where the
// log has forgotten lines, the kept ones among them go out first. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <qmpev/statistics.hpp>
#include <qmpev/wire_form.hpp>

#include "event/event_slots.hpp"
#include "monitor/event_catalogue.hpp"
#include "monitor/event_log.hpp"
#include "monitor/filter_schedule.hpp"
#include "monitor/gap.hpp"
#include "monitor/loss_notice.hpp"
#include "monitor/reply_queue.hpp"
#include "monitor/stream.hpp"

namespace qmpev {

class Outbox {
 public:
  enum class Progress {
    drained,  ///< nothing is left
    blocked,  ///< the stream takes no more now, or the budget is used
    lost,     ///< nobody reads any more; everything unsent is gone, and so will be what comes
  };

  /// Both borrowed. Events come from `log` in `form` once they follow.
  Outbox(EventLog& log, WireForm form, SessionCounters& counters) noexcept
      : log_(log), form_(form), counters_(counters), filter_(log, form), gap_(log.kept(), form) {}

  /// A reply with its place after everything the log holds now. `alone`: see ReplyQueue.
  void push_reply(std::string_view line, bool alone);
  /// From the log's head on, these kinds.
  void follow_events(const EventSet& wanted = schema_events()) noexcept;
  /// Of events behind everything the log holds now, only these kinds.
  void filter_events(const EventSet& wanted);
  /// Events behind everything the log holds now carry their number.
  void number_events() noexcept;
  /// Tells from now on, or no longer, where events are missing. `names` is borrowed.
  void tell_losses(bool tell, const EventCatalogue& names);
  /// No events but those that precede a reply which is queued already.
  void finish_events() noexcept;
  /// Likewise, and then what is to be said at the gap where events were lost.
  void finish_at_gap() noexcept;
  /// Writes at most `budget` bytes, in as few calls as order allows.
  Progress write(Stream& stream, std::size_t budget) noexcept;
  /// Forgets everything unsent and takes nothing any more.
  void lose() noexcept;
  /// Steps over what the log has forgotten, and counts it, but for kept lines, which are still to be sent.
  /// Returns how many wanted lines that were.
  std::uint64_t notice_loss() noexcept;

  bool lost() const noexcept { return lost_; }
  bool empty() const noexcept;
  std::size_t unsent_reply_bytes() const noexcept { return replies_.unsent_bytes(); }
  /// Lines on their way, with those the log has forgotten until notice_loss(), and those that the filter will
  /// step over. Kept lines at a gap are among them.
  std::uint64_t unsent_lines() const noexcept;
  /// What the log held before it is behind us.
  std::uint64_t position() const noexcept { return cursor_.sequence; }
  /// Nothing that the log held before `place` is still to be sent.
  bool sent_up_to(std::uint64_t place) const noexcept;
  /// Of what lies in the log; the rest of a line that was sent in part is a copy.
  std::uint64_t unsent_log_bytes() const noexcept;
  std::uint64_t delivered() const noexcept { return delivered_; }
  /// Lost, of those that were wanted.
  std::uint64_t dropped() const noexcept { return dropped_; }
  /// Not wanted.
  std::uint64_t filtered() const noexcept { return filtered_; }
  /// Published since follow_events() = delivered + unsent + dropped + filtered.
  bool balanced() const noexcept;

 private:
  enum class Events { none, following, finishing };
  enum class Source { none, carry, replies, notice, kept, numbered, events };
  struct Piece {
    Source source = Source::none;
    std::string_view bytes{};
    Span span{};  ///< of events
  };
  std::uint64_t place() const noexcept;
  bool past_end() const noexcept;
  bool pass_refusals() noexcept;
  std::uint64_t events_until() const noexcept;
  Piece next(std::size_t limit) noexcept;
  void take(const Piece& piece, std::size_t written) noexcept;
  void take_notice(const Piece& piece, std::size_t written) noexcept;
  void take_kept(const Piece& piece, std::size_t written) noexcept;
  std::string_view numbered_if_asked(std::string_view line, std::uint64_t sequence) noexcept;
  void take_numbered(const Piece& piece, std::size_t written) noexcept;
  void take_events(const Piece& piece, std::size_t written) noexcept;
  Loss lose_to_tail() noexcept;
  std::uint64_t step_over(const Span& span) noexcept;
  void count_filtered(std::uint64_t lines) noexcept;
  void deliver(const Span& span) noexcept;
  void count_delivered(std::uint64_t lines) noexcept;

  EventLog& log_;
  WireForm form_;
  SessionCounters& counters_;
  ReplyQueue replies_;
  Events events_ = Events::none;
  Cursor cursor_;
  FilterSchedule filter_;
  Gap gap_;                             ///< before the cursor
  std::unique_ptr<LossNotice> notice_;  ///< of a session that asked for it
  bool finish_at_gap_ = false;
  std::uint64_t numbered_from_ = UINT64_MAX;
  std::string numbered_line_;
  std::string carry_;
  std::optional<EventKind> carried_;  ///< the event of the carry; none: a notice
  bool lost_ = false;
  std::uint64_t entered_lines_ = 0;  ///< published in our form before follow_events()
  std::uint64_t delivered_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t filtered_ = 0;
};

}  // namespace qmpev
