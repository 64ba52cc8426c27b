// SPDX-License-Identifier: MIT
// One client's conversation. It goes through greeting, negotiation, command and closing, and promises under
// any load: the greeting comes first, nothing but replies until qmp_capabilities succeeds, its reply alone,
// and only then events. Replies are never dropped and keep their place among the events; events are read from
// the log at the pace of the client, and what the log no longer holds is lost and counted. A client that
// stops reading costs nothing but that, and its own commands wait, as they do while a call is pending:
// unread, or, for a client with out-of-band execution, queued up to a limit, so that exec-oob overtakes them.
// Relies on a level-triggered Stream. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <qmpev/limits.hpp>
#include <qmpev/log.hpp>
#include <qmpev/statistics.hpp>

#include "monitor/call.hpp"
#include "monitor/dispatcher.hpp"
#include "monitor/event_log.hpp"
#include "monitor/event_source.hpp"
#include "monitor/intake.hpp"
#include "monitor/monitor_traits.hpp"
#include "monitor/outbox.hpp"
#include "monitor/seats.hpp"
#include "monitor/stream.hpp"
#include "wire/reader.hpp"

namespace qmpev {

/// One read() of a session per dispatch: a pipe's usual size, some hundred commands.
inline constexpr std::size_t kReadBudgetBytes = std::size_t{64} << 10;
/// Written by one session per dispatch: more than a socket's buffer takes at once, so only a reader that
/// drains as fast as we write ever meets it, and then the others get their turn.
inline constexpr std::size_t kWriteBudgetBytes = std::size_t{256} << 10;
/// Commands (and errors) answered by one session per dispatch: 64 KiB of `[]` would be 32,000 replies.
inline constexpr std::size_t kItemBudget = 512;
/// Unsent reply bytes above which input waits; it goes on below half. Clients legally send thousands of
/// commands before they read.
inline constexpr std::size_t kMaxUnsentReplyBytes = std::size_t{1} << 20;

class Session;

/// What all sessions of a server share; the references are borrowed.
struct SessionSurroundings {
  EventLog& log;
  Dispatcher& dispatcher;
  EventSource& source;
  SessionCounters& counters;
  const LogCallback& log_callback;
  std::size_t max_unsent_reply_bytes = kMaxUnsentReplyBytes;
  Limits limits{};
  InputWeight input{.max_bytes = limits.input_bytes};
  std::unique_ptr<char[]> read_buffer;  ///< kReadBudgetBytes; used between read() and the reader only
};

/// Whoever holds the sessions is told what happens to one. Calls come from inside it: it must not be
/// destroyed then.
class SessionOwner {
 public:
  virtual void entered_command(Session& session) noexcept = 0;
  virtual void left_command(Session& session) noexcept = 0;
  /// It hears events that the embedder registered from now on, or does not any more. While in command mode.
  virtual void hears_registered(bool hears) noexcept = 0;
  /// Its client may come again and ask for what happened meanwhile, events that the embedder registered
  /// included or not.
  virtual void subscribed(bool registered) noexcept = 0;
  /// It has complete input left for which its turn was over: call proceed() soon.
  virtual void put_off(Session& session) noexcept = 0;
  virtual void closed(Session& session) noexcept = 0;

 protected:
  ~SessionOwner() = default;
};

class Session final : private StreamUser, private Caller {
 public:
  enum class State { greeting, negotiation, command, closing, closed };

  Session(SessionSurroundings& surroundings, SessionOwner& owner, std::unique_ptr<Stream> stream,
          const MonitorTraits& traits, Seat seat, std::uint64_t id);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Sends the greeting. Once, first.
  void start() noexcept;
  /// There are new events: writes them, unless the stream is known to be full.
  void flush() noexcept;
  /// Writes what it has until the stream is full, whatever the budget.
  void write_all() noexcept;
  /// Goes on with input that was put off.
  void proceed() noexcept;
  /// Writes what is queued as far as the socket takes it, then closes. From inside its own command handler:
  /// after the handler's reply is queued.
  void end() noexcept;

  State state() const noexcept { return state_; }
  const Outbox& outbox() const noexcept { return outbox_; }
  /// Nothing is left to send, nor on its way in the stream.
  bool all_sent() const noexcept;
  /// Likewise of what the log held before `place`. Of a session that is not closed.
  bool sent_up_to(std::uint64_t place) const noexcept;
  /// Of a session that is not closed.
  SessionStatistics statistics() const;
  /// Where the owner keeps it among those in command mode.
  std::size_t command_index = 0;
  /// Until when the owner lets it be without that.
  std::int64_t negotiate_by_ns = INT64_MAX;

 private:
  void ready(Readiness readiness) noexcept override;
  void answered() noexcept override;

  // A turn is one call from outside: what happened is acted on once, when the outermost one ends.
  class Turn;
  void finish_turn() noexcept;
  void put_off_rest() noexcept;
  void say_what_is_wanted() noexcept;
  void meet_loss() noexcept;
  bool input_over_for_loss() const noexcept { return loss_reported_ && on_loss_ == OnLoss::close; }
  void close() noexcept;

  // Input.
  void look_away() noexcept;
  void read_input() noexcept;
  void handle_items() noexcept;
  bool handle_one() noexcept;
  void take_in(Reader::Item item) noexcept;
  void reply_to(Reader::Item item) noexcept;
  void push_reply(Dispatcher::Reply reply) noexcept;
  void take_answer() noexcept;
  void cancel_call() noexcept;
  void enter_command() noexcept;
  void leave_command() noexcept;
  void hear_registered(bool hears) noexcept;
  bool may_read() const noexcept;
  bool may_handle() const noexcept;
  bool may_answer() const noexcept;
  bool may_take_in() const noexcept;
  bool may_go_past_call() const noexcept;

  // Output.
  enum class Share { budget, everything };  ///< of what the stream takes
  void write_output(Share share) noexcept;
  Outbox::Progress write_budgets(Share share) noexcept;
  void compare_unsent_replies() noexcept;

  SessionSurroundings& around_;
  SessionOwner& owner_;
  std::unique_ptr<Stream> stream_;
  std::string name_;
  std::uint64_t id_;
  OnLoss on_loss_;
  Asker asker_;
  Seat seat_;
  State state_ = State::greeting;

  Intake intake_;
  std::shared_ptr<PendingCall> call_;  ///< not answered yet: input waits, or is queued
  bool gone_ = false;                  ///< the client has closed both directions
  bool input_ended_ = false;           ///< the client has said its last word
  bool suspended_ = false;             ///< too many unsent replies: input waits
  bool handling_ = false;              ///< inside handle_items()
  bool put_off_ = false;               ///< proceed() will be called
  bool subscribed_ = false;
  bool hears_registered_ = false;  ///< events of the embedder's own, as the owner was told

  Outbox outbox_;
  bool blocked_ = false;  ///< waits to be told that the stream is writable
  bool loss_reported_ = false;

  int turns_ = 0;
  bool ending_ = false;
  bool wanted_input_ = false;
  bool wanted_output_ = false;
};

}  // namespace qmpev
