// SPDX-License-Identifier: MIT
// The replies of one session that are not on the wire yet, each with its place among the events: it goes out
// after the events before `place` and before the others. Nothing is ever dropped here; the session stops
// reading commands instead. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace qmpev {

class ReplyQueue {
 public:
  /// Adds a line. `alone`: never in one write with another (clients lose what comes right behind the greeting
  /// or the reply to the negotiation). Places never go back.
  void push(std::string_view line, std::uint64_t place, bool alone);

  bool empty() const noexcept { return marks_.empty(); }
  std::size_t unsent_bytes() const noexcept { return bytes_.size() - sent_; }
  /// The place of the first; not when empty().
  std::uint64_t place() const noexcept { return marks_.front().place; }
  /// What may be written when all events before `sequence` are: as many replies as can go in one write.
  /// Borrowed until the queue changes. A reply of which only a part was written is ready in any case.
  std::string_view ready(std::uint64_t sequence) const noexcept;
  /// The first `count` bytes of ready() are written. Returns how many replies that completed.
  std::size_t consume(std::size_t count) noexcept;
  void clear() noexcept;

 private:
  struct Mark {
    std::uint64_t place;
    std::uint64_t end;  ///< counted over everything ever pushed
    bool alone;
  };
  bool is_cut() const noexcept { return begin_ + sent_ != completed_to_; }
  void compact();

  std::string bytes_;  ///< the lines, one behind the other; the first sent_ bytes are gone already
  std::size_t sent_ = 0;
  std::uint64_t completed_to_ =
      0;                     ///< the end of the last reply that is written whole, over everything pushed
  std::uint64_t begin_ = 0;  ///< bytes ever removed from the front of bytes_
  std::deque<Mark> marks_;
};

}  // namespace qmpev
