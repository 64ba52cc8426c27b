// SPDX-License-Identifier: MIT
// What one client has sent and was not answered yet: bytes of a message that is not whole, messages still
// unread, and requests queued behind a call that is pending. What that holds is weighed with all sessions'
// together, and the heaviest part of a session is refused when they hold too much. Loop thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <qmpev/limits.hpp>
#include <qmpev/statistics.hpp>

#include "monitor/request_queue.hpp"
#include "wire/reader.hpp"

namespace qmpev {

/// What the input of all sessions weighs.
struct InputWeight {
  std::size_t max_bytes = kAllInputBytes;
  std::size_t bytes = 0;  ///< now

  bool too_much() const noexcept { return bytes > max_bytes; }
};

class Intake {
 public:
  /// `all` and `counters` are borrowed.
  Intake(InputWeight& all, SessionCounters& counters, const Limits& limits = {}) noexcept;
  ~Intake() { all_.bytes -= bytes_; }
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  /// Nothing that comes is taken any more.
  bool over() const noexcept { return over_; }
  /// There may be a message that was not read.
  bool unread() const noexcept { return unread_; }
  bool queued() const noexcept { return !queue_.empty(); }
  bool queue_full() const noexcept { return queue_.full(); }

  void push(std::string_view bytes);
  /// The next message; none: nothing is unread any more.
  std::optional<Reader::Item> next();
  /// A message of next() that has to wait; not when the queue is full. Too heavy a one waits as its refusal.
  void queue(Reader::Item item);
  /// The oldest of those; not when there is none.
  Reader::Item pop() { return queue_.pop(); }
  /// To be called when messages were answered: what is begun and too heavy is dropped, and its refusal given
  /// back, to be answered in its place.
  std::optional<Reader::Item> refuse_heavy();
  /// Drops everything, and whatever comes.
  void end() noexcept;

 private:
  void weigh() noexcept;

  InputWeight& all_;
  SessionCounters& counters_;
  Reader reader_;
  RequestQueue queue_;  ///< empty unless a call is, or just was, pending
  std::size_t bytes_ = 0;
  bool over_ = false;
  bool unread_ = false;
};

}  // namespace qmpev
