// SPDX-License-Identifier: MIT
// A snapshot of every counter of a server. Counters never go back; sizes are of the moment.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <qmpev/events.hpp>
#include <qmpev/protocol.hpp>
#include <qmpev/wire_form.hpp>

namespace qmpev {

/// What became of the events of one kind. With the emitter at rest:
/// emitted = published + merged + refused_* + after_end + discarded + pending + in_ring + skipped.
struct EventCounters {
  std::uint64_t emitted = 0;             ///< calls of emit
  std::uint64_t published = 0;           ///< put into the event log
  std::uint64_t merged = 0;              ///< replaced by a newer one of the same key inside a rate window
  std::uint64_t refused_ring_full = 0;   ///< no room between the threads
  std::uint64_t refused_ring_share = 0;  ///< this kind held its share of the ring already
  std::uint64_t refused_oversize = 0;    ///< an identifier longer than the schema allows
  std::uint64_t refused_invalid =
      0;                        ///< through the C interface: a null text or a value outside its enumeration
  std::uint64_t after_end = 0;  ///< emitted after the server was gone
  std::uint64_t discarded = 0;  ///< delayed, then dropped by discard_delayed()
  std::uint64_t pending = 0;    ///< delayed by a rate limit right now
  std::uint64_t in_ring = 0;    ///< between the threads right now
  std::uint64_t skipped = 0;    ///< nobody was there to hear
  std::uint64_t delivered = 0;  ///< lines written whole, of all sessions together
  std::uint64_t unlimited_keys = 0;  ///< of the above: passed without a limit because the key table was full
};

/// What the sessions of the server did, since creation, gone ones included.
struct SessionCounters {
  std::uint64_t accepted = 0;           ///< clients that got a seat
  std::uint64_t refused_limit = 0;      ///< closed at accept: too many clients
  std::uint64_t refused_peer = 0;       ///< closed at accept: a user id that is not allowed
  std::uint64_t refused_uid_limit = 0;  ///< closed at accept: too many clients of one user id
  std::uint64_t refused_http = 0;       ///< ended: a TCP client that began with an HTTP request
  std::uint64_t refused_tls = 0;        ///< ended: a TCP client that did not prove who it is
  std::uint64_t not_negotiated = 0;     ///< ended: had not negotiated in its time
  std::uint64_t accept_paused = 0;      ///< times a listener looked away because no descriptor was free
  std::uint64_t closed = 0;             ///< sessions that have ended
  std::uint64_t delivered = 0;          ///< event lines written whole
  std::uint64_t dropped = 0;   ///< event lines the log no longer held when the session got to them, nor kept
  std::uint64_t filtered = 0;  ///< event lines stepped over, since the client had said that it wants others
  std::uint64_t closed_for_loss = 0;     ///< sessions told to end at their first loss (OnLoss::close)
  std::uint64_t replies = 0;             ///< to commands, errors included
  std::uint64_t input_suspended = 0;     ///< times a session's input waited for its replies to be read
  std::uint64_t input_refused = 0;       ///< messages refused: all sessions together held too much input
  std::uint64_t messages_too_large = 0;  ///< messages refused: beyond Limits::message_...
  std::uint64_t arguments_too_wide = 0;  ///< commands refused: beyond Limits::node_members
  std::uint64_t requests_queued =
      0;                         ///< behind a call that was pending, of clients with out-of-band execution
  std::uint64_t queue_full = 0;  ///< times that queue had reached its limit, and input waited
  std::uint64_t requests_dropped = 0;  ///< queued when their client went, or behind quit: never begun
  std::uint64_t write_calls = 0;       ///< system calls that wrote to clients
  std::uint64_t bytes_written = 0;     ///< greetings, replies and events
};

/// What became of calls of commands that are answered later. begun = answered + cancelled + pending.
struct CallCounters {
  std::uint64_t begun = 0;               ///< handed to Command::later
  std::uint64_t pending = 0;             ///< not replied to right now; at most one for each session
  std::uint64_t answered = 0;            ///< replied to
  std::uint64_t given_up = 0;            ///< of all: the last handle went without an answer
  std::uint64_t cancelled = 0;           ///< the session or the server went before there was an answer
  std::uint64_t answered_after_end = 0;  ///< answers to calls that were cancelled before
  std::uint64_t answered_again = 0;      ///< answers to calls that had one before
};

/// Where a conversation stands.
enum class SessionState : unsigned char {
  greeting,     ///< the greeting has yet to go out
  negotiation,  ///< it waits for qmp_capabilities
  command,      ///< it takes commands and hears events
  closing       ///< it ends as soon as what is owed is written
};

/// Who is at the other end of a UNIX socket, as the kernel says; of the time when it connected.
struct PeerCredentials {
  std::uint32_t uid;  ///< effective, when it connected
  std::int32_t pid;   ///< of who connected; may have handed the socket on
};

/// One open session. In command mode: published since it began = delivered + unsent + dropped + filtered.
/// (What was emitted before any monitor had its wire form has no line in that form, and does not count.)
struct SessionStatistics {
  std::uint64_t id = 0;                         ///< in the order they came, from 1
  std::string listener;                         ///< "unix:/run/x.sock", "tcp:127.0.0.1:4444"
  WireForm form = WireForm::document;           ///< of its listener
  ListenerRole role = ListenerRole::full;       ///< of its listener
  SessionState state = SessionState::greeting;  ///< how far it has come
  std::optional<PeerCredentials> peer;          ///< empty where the kernel does not tell
  std::uint64_t position = 0;                   ///< of Statistics::log_position, what is behind it
  std::uint64_t unsent = 0;                     ///< event lines; those a filter will step over included
  std::uint64_t unsent_reply_bytes = 0;         ///< that its client has not read
  std::uint64_t delivered = 0;                  ///< event lines written whole
  std::uint64_t dropped = 0;                    ///< as SessionCounters::dropped
  std::uint64_t filtered = 0;                   ///< as SessionCounters::filtered
};

/// What became of one event that the embedder registered.
struct RegisteredEventStatistics {
  std::string name;        ///< as it was declared
  EventKind kind;          ///< RegisteredEvent::kind()
  EventCounters counters;  ///< as of the schema's events
};

/// A server's books, copied at one moment.
struct Statistics {
  std::array<EventCounters, kEventKinds> events{};           ///< by EventKind
  std::vector<RegisteredEventStatistics> registered_events;  ///< in the order they were added
  SessionCounters sessions;                                  ///< of all sessions together
  CallCounters calls;                                        ///< of commands that are answered later
  std::uint64_t wakeups = 0;                                 ///< times emit woke the loop
  std::uint64_t lines_through_ring =
      0;  ///< lines serialised and drained; one that serves both forms counts once
  std::vector<SessionStatistics> each_session;  ///< in the order they came
  std::uint64_t log_position = 0;               ///< records ever put into the event log, gaps included
  std::uint64_t kept_displaced = 0;  ///< keys of kept events that others beyond the limit took the place of
  std::uint64_t sessions_open = 0;   ///< right now
  std::uint64_t sessions_in_command = 0;  ///< of these, those that have negotiated and hear events
  std::uint64_t ring_bytes_in_use = 0;    ///< of events between the threads
  std::uint64_t ring_bytes_capacity = 0;  ///< ServerConfig::ring_bytes
  /// Of the slowest session, at most the capacity. What is left of a line that its socket took in part has
  /// been copied and is not among them.
  std::uint64_t log_bytes_unsent = 0;
  std::uint64_t log_bytes_capacity = 0;  ///< ServerConfig::log_bytes
};

}  // namespace qmpev
