// SPDX-License-Identifier: MIT
// The place where one session fell off the log's tail, until it has gone on from there: which records it
// lost, which filters it had among them, and so which kept lines are still for it. These go out in the order
// of their records, each at most once, and none that something newer has overtaken. Loop thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "event/event_slots.hpp"
#include "monitor/kept_lines.hpp"

namespace qmpev {

/// What a session loses when it falls off the log's tail: so many lines that it wanted, and which kinds it
/// wanted among all of the records and among some of them.
struct Loss {
  std::uint64_t lines;
  EventSet always;
  EventSet sometimes;
};

class Gap {
 public:
  /// `kept` is borrowed.
  Gap(const KeptLines& kept, WireForm form) noexcept : kept_(kept), form_(form) {}

  /// Some line is still to be sent before the session goes on.
  bool open() const noexcept { return pending_ != 0; }
  std::uint64_t pending() const noexcept { return pending_; }
  /// Adds the lines that are pending, by kind.
  void count_pending(std::array<std::uint64_t, kEventSlots>& counts) const noexcept;

  /// The records from `from` on are lost; the gap is that already, or begins there. Where it begins now.
  std::uint64_t begin(std::uint64_t from) noexcept;
  /// Up to this record, within the gap, `wanted` was the filter.
  void end_filter(std::uint64_t place, const EventSet& wanted);
  /// The gap ends before the record `until`; behind the last end_filter() the filter was `wanted`. Counts
  /// pending() afresh.
  void end(std::uint64_t until, const EventSet& wanted) noexcept;
  /// Something newer was published, or forgotten, since: end() would count otherwise.
  bool stale() const noexcept { return open() && version_ != kept_.version(); }
  /// end() as before.
  void refresh() noexcept;

  /// The line to be sent first, of an open gap that is not stale.
  const KeptLine& next() const noexcept;
  /// It is on its way.
  void pass() noexcept;
  void clear() noexcept;

 private:
  struct Stretch {
    std::uint64_t end;
    EventSet wanted;
  };
  bool wanted(const KeptLine& line) const noexcept;
  const KeptLine* find(std::uint64_t from) const noexcept;

  const KeptLines& kept_;
  WireForm form_;
  bool begun_ = false;
  std::uint64_t from_ = 0;  ///< of what is lost, the first that was not sent as a kept line, nor stepped over
  std::uint64_t until_ = 0;
  std::vector<Stretch> before_;  ///< filters that were replaced within the gap
  EventSet wanted_;
  std::uint64_t pending_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace qmpev
