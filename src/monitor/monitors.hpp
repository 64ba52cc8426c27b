// SPDX-License-Identifier: MIT
// All sessions of all listeners. Keeps those in command mode apart, so that an event costs nothing for the
// rest, and keeps closed ones until no callback can be inside them any more. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <qmpev/log.hpp>
#include <qmpev/statistics.hpp>

#include "base/clock.hpp"
#include "monitor/deadlines.hpp"
#include "monitor/monitor_traits.hpp"
#include "monitor/session.hpp"

namespace qmpev {

class Monitors final : private SessionOwner {
 public:
  /// All borrowed for the life of this object. `max_unsent_reply_bytes`: see Session.
  Monitors(EventLog& log, Dispatcher& dispatcher, EventSource& source, LogCallback log_callback,
           std::size_t max_unsent_reply_bytes, const Clock& clock = system_clock(),
           const Limits& limits = {});
  ~Monitors();
  Monitors(const Monitors&) = delete;
  Monitors& operator=(const Monitors&) = delete;

  /// Opens a session of such a monitor on a connected stream: its greeting goes out at once.
  void open(std::unique_ptr<Stream> stream, const MonitorTraits& traits, Seat seat);
  /// A client was turned away because its listener has no seat left.
  void count_refused() noexcept { ++counters_.refused_limit; }

  /// An embedder's command was refused because an object in its arguments had too many members.
  void count_too_wide() noexcept { ++counters_.arguments_too_wide; }

  /// A client was turned away because its user may not connect.
  void count_refused_peer() noexcept { ++counters_.refused_peer; }

  /// A client was turned away because its user has as many as one may have.
  void count_refused_user_limit() noexcept { ++counters_.refused_uid_limit; }

  /// A client of the monitor `name` said an HTTP request: counted, and the first time logged. Calls out: the
  /// last thing a caller does.
  void refuse_http(const std::string& name) noexcept;

  /// A client of the monitor `name` did not prove who it is: counted, and logged whenever their number has
  /// doubled, since anybody can have this said. Calls out, likewise.
  void refuse_tls(const std::string& name, const std::string& reason) noexcept;

  /// A listener found no free descriptor and looks away for a while.
  void count_accept_pause() noexcept { ++counters_.accept_paused; }
  /// Says so, once per time of need. Calls out: the last thing a caller does.
  void report_accept_pause(const std::string& name) noexcept;
  /// Says a sentence to whoever reads the log. Calls out, likewise.
  void report(LogLevel level, const std::string& sentence) noexcept;

  /// Gives the sessions the answers their calls have got, and goes on with their input. Reentrant.
  void deliver() noexcept;
  /// Writes new events to the sessions that are not waiting for their socket, and goes on with input that was
  /// put off. True when something was put off again: call soon. Costs nothing when there is nothing new.
  /// Reentrant.
  bool pump() noexcept;
  /// Writes what every session has, whatever the budgets, until its socket is full. True when nothing is left
  /// unsent.
  bool flush() noexcept;
  /// Ends the sessions that have not negotiated in their time. Reentrant.
  void end_silent() noexcept;
  /// When that is due next, in nanoseconds of the monotonic clock; INT64_MAX: never.
  std::int64_t next_deadline_ns() const noexcept { return deadlines_.next_ns(); }
  /// Some session has input for which its turn was over: pump() soon.
  bool input_put_off() const noexcept { return !put_off_.empty(); }
  /// Frees what closed sessions left. Call at the end of a dispatch, outside of all callbacks.
  void reap() noexcept;
  /// Ends every session: writes what is queued as far as the sockets take it, then closes. A session whose
  /// command handler is running right now still answers it, then closes. Sessions opened later are closed at
  /// once.
  void end() noexcept;

  /// Fills what is known here: sessions, calls, the log, and of each event the deliveries.
  void fill(Statistics& statistics) const;
  /// True when no session in command mode still has to send what the log held before `place`.
  bool sent_up_to(std::uint64_t place) const noexcept;
  /// True when no session has unsent output.
  bool all_sent() const noexcept;
  /// published since command mode = delivered + unsent + dropped + filtered, for every session in command
  /// mode.
  bool balanced() const noexcept;

 private:
  // SessionOwner
  void entered_command(Session& session) noexcept override;
  void left_command(Session& session) noexcept override;
  void hears_registered(bool hears) noexcept override;
  void subscribed(bool registered) noexcept override;
  void put_off(Session& session) noexcept override;
  void closed(Session& session) noexcept override;

  void pump_events() noexcept;
  void pump_input() noexcept;
  void close_ranks() noexcept;
  void tell_audience() noexcept;
  void tell_registered_audience() noexcept;

  const Clock& clock_;
  EventLog& log_;
  EventSource& source_;
  LogCallback log_callback_;
  SessionCounters counters_;
  SessionSurroundings surroundings_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<Session*> in_command_;  ///< a null where one left during a walk
  std::vector<Session*> put_off_;
  Deadlines<Session> deadlines_;  ///< of those that have not negotiated
  std::size_t command_count_ = 0;
  std::size_t registered_count_ = 0;  ///< of these, those that hear events of the embedder's own
  std::uint64_t pumped_ = 0;          ///< the log's head at the last walk
  int walks_ = 0;
  bool any_closed_ = false;
  bool remembers_ = false;             ///< events are for clients, too, that are not there
  bool remembers_registered_ = false;  ///< those of the embedder's own as well
  bool ended_ = false;
  bool http_reported_ = false;
};

}  // namespace qmpev
