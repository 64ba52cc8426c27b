// SPDX-License-Identifier: MIT
// Which events one session wants, in the order of the log: what it wants where it stands, and what it has
// asked for since, each from its place on. Keeps the count of lines that were wanted, so that what the log
// forgets before the session gets there is known to the line, whatever the filters were. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include <qmpev/wire_form.hpp>

#include "event/event_slots.hpp"
#include "monitor/event_log.hpp"
#include "monitor/gap.hpp"

namespace qmpev {

class FilterSchedule {
 public:
  /// `log` is borrowed. Wants nothing yet.
  FilterSchedule(const EventLog& log, WireForm form) noexcept : log_(log), form_(form) {}

  /// Wants these kinds from the log's head on, where the session stands.
  void begin(const EventSet& wanted) noexcept;
  /// Of events behind everything the log holds now, only these kinds.
  void change(const EventSet& wanted);
  /// Nothing of what was asked for since is to come.
  void clear() noexcept { changes_.clear(); }

  /// Where the session stands.
  const EventSet& wanted() const noexcept { return wanted_; }
  /// As EventLog::span, of what is wanted there.
  Span span(const Cursor& from, std::uint64_t until, std::size_t limit) const noexcept;
  /// The session has gone past so many lines that it wanted.
  void pass(std::uint64_t lines) noexcept { lines_ += lines; }
  /// It has come to the record `place`.
  void reach(std::uint64_t place) noexcept;
  /// It goes to the log's tail, and loses what is before it. `gap`, begun where it stands, is told what was
  /// wanted among that.
  Loss lose_to_tail(Gap& gap) noexcept;

 private:
  /// What wanted_ amounts to: the two sets that nearly everybody wants need no look at it.
  enum class Wants { everything, schema, some };
  /// Another filter, from `place` on; up to there, so many lines were published that the one before wanted,
  /// and so many that this one wants.
  struct Change {
    std::uint64_t place;
    std::uint64_t wanted_before;
    std::uint64_t wanted_after;
    EventSet wanted;
  };
  void want(const EventSet& kinds) noexcept;
  void take_change() noexcept;

  const EventLog& log_;
  WireForm form_;
  EventSet wanted_;
  Wants wants_ = Wants::some;
  std::uint64_t lines_ = 0;  ///< published before the session's place, of the kinds in wanted_
  std::deque<Change> changes_;
};

}  // namespace qmpev
