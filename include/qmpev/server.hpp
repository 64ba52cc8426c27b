// SPDX-License-Identifier: MIT
// A QMP server to embed: listeners, sessions, commands, and the emitter that device models fire events into.
// C++ source API; the C interface is <qmpev/qmpev.h>. Everything here belongs to the loop thread (the thread
// that dispatches), but for emitter(), whose result is for any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <glib.h>
#include <json-glib/json-glib.h>

#include <qmpev/emitter.hpp>
#include <qmpev/flush.hpp>
#include <qmpev/limits.hpp>
#include <qmpev/log.hpp>
#include <qmpev/protocol.hpp>
#include <qmpev/registered_event.hpp>
#include <qmpev/result.hpp>
#include <qmpev/statistics.hpp>
#include <qmpev/traffic.hpp>
#include <qmpev/wire_form.hpp>

namespace qmpev {

/// What a command handler gives back: a JSON value, or an error in QMP's words. Movable between threads, if
/// the value is: json-glib counts references without care for threads, so nobody else may hold any part of
/// it.
class Answer {
 public:
  /// `{"return": {}}`
  static Answer empty();
  /// `{"return": VALUE}`. Takes ownership of `value`.
  static Answer value(JsonNode* value);
  /// `{"error": {"class": ..., "desc": DESCRIPTION}}`
  static Answer error(ErrorClass error_class, std::string description);

  /// Which of the two it is.
  bool is_error() const noexcept { return error_class_.has_value(); }
  /// Of an error.
  ErrorClass error_class() const noexcept { return *error_class_; }
  /// Of an error.
  const std::string& description() const noexcept { return description_; }
  /// Borrowed; null for empty().
  JsonNode* node() const noexcept { return node_.get(); }

 private:
  struct FreeNode {
    void operator()(JsonNode* node) const noexcept { json_node_unref(node); }
  };
  std::unique_ptr<JsonNode, FreeNode> node_;
  std::optional<ErrorClass> error_class_;
  std::string description_;
};

class PendingCall;

/// One call of a command that is answered later (Command::later): a handle, whose copies are handles of the
/// same call. It may outlive the session, and the server; then it only counts.
class Call {
 public:
  /// Sends the reply, whose place is behind every event that was emitted before. Any thread, at any time,
  /// once: what another thread, or a timer, answers after that is ignored and counted (Statistics::calls),
  /// and so is an answer when nobody waits any more. It never waits. When the last handle goes without an
  /// answer, the client receives a GenericError that names the command.
  void answer(Answer answer) noexcept;

  /// Nobody waits any more: the client is gone, or the server. What was begun may be left undone. Any thread.
  bool cancelled() const noexcept;

  /// Has `told` called, on the loop thread, when nobody waits any more: at once when that is so already,
  /// never after an answer. It may emit events, end the server and answer, which is counted; but when it is
  /// called from inside ~Server, the server is for nobody's use. One function at a time, which is destroyed
  /// on the loop thread with the reply, or after its call. Must not throw. Loop thread.
  void on_cancel(std::function<void()> told);

 private:
  friend class PendingCall;
  explicit Call(std::shared_ptr<PendingCall> call) noexcept : call_(std::move(call)) {}
  std::shared_ptr<PendingCall> call_;
};

/// A command of the embedder: exactly one of `handler` and `later`. Both run on the loop thread with the
/// checked arguments (borrowed for the call, never null) and must not throw.
struct Command {
  std::string name;  ///< letters, digits, '-', '_' and '.', as QMP has them; taken once
  /// None listed: those that QEMU's schema has for a command of this name, types in types included; then
  /// introspection has its answer's type as well. A name that QEMU does not have takes none.
  std::vector<Argument> arguments;
  /// Answers at once; events it emits precede its reply.
  std::function<Answer(JsonObject* arguments)> handler{};
  /// Answers when it can, through `call`: before it returns, or later from any thread. Until then its
  /// client's further commands wait (unread, or, with out-of-band execution, up to Limits::queued_requests of
  /// them queued); other clients notice nothing. A client may go meanwhile (nobody reads its replies any
  /// more; that it only ends its own output does not count), which cancels the call and lets the next client
  /// begin another: a server has at most one call for each session that is open, but an embedder whom
  /// cancelled calls cost something must bound them itself.
  std::function<void(JsonObject* arguments, Call call)> later{};
  /// Harmless: also there on listeners for events only.
  bool events_only = false;
  /// Also carried out out of band: at once, for a client that has enabled `oob` and says exec-oob, though
  /// another command of that client is under way. So it must not depend on that one, nor take its time: what
  /// it does is done on the loop thread. With `handler` only.
  bool allow_oob = false;  ///< as is, with `handler`, what QEMU's schema allows a command of this name
  /// Also there while RunControl::preconfig says that the machine has yet to be built.
  bool allow_preconfig = false;  ///< as is what QEMU's schema allows a command of this name
};

/// QEMU's word for a run state ("running", "paused", "guest-panicked", ...) and whether vCPUs run.
struct RunStatus {
  std::string status;  ///< QEMU's word
  bool running;        ///< vCPUs run
};

/// Who owns the machine's life: the embedder. An empty function makes its command answer CommandNotFound.
/// Each runs on the loop thread; events it emits (STOP, RESUME, RESET, SHUTDOWN, POWERDOWN) precede the
/// reply.
struct RunControl {
  std::function<RunStatus()> status;  ///< query-status
  std::function<Answer()> stop;       ///< stop
  std::function<Answer()> cont;       ///< cont
  std::function<Answer()> reset;      ///< system_reset
  std::function<Answer()> powerdown;  ///< system_powerdown
  std::function<Answer()> quit;       ///< quit; end the process later: flush() or ~Server writes the reply
  /// Whether the machine has yet to be built (QEMU's --preconfig): until then only commands that allow it are
  /// carried out. Asked at each command; empty: never.
  std::function<bool()> preconfig;
};

/// Where a client goes that finds no seat free.
enum class NoSeat {
  closed,  ///< it is closed at once and counted
  waits,   ///< it stays in the socket's queue, without a greeting, until somebody leaves (QEMU's way)
};

/// One end of a TCP connection.
struct TcpAddress {
  /// Numeric, of IPv4 or IPv6: names are not looked up. "::" takes clients of both.
  std::string host;
  std::uint16_t port = 0;  ///< of a listener, 0: any free one, which Server::addresses() tells
};

/// How a TCP listener and its clients prove who they are: files in PEM, read when it begins to listen.
/// Clients must show a certificate that one of the authorities signed, and that is in date, not revoked, and
/// for clients, if it says what for. TLS 1.3, and 1.2 without renegotiation.
struct TlsConfig {
  std::string authorities;  ///< certificates of those whose word on clients is believed
  std::string certificate;  ///< what clients are shown, with what is between it and an authority of theirs
  std::string key;          ///< of that certificate, not encrypted
  std::string revoked{};    ///< lists of the authorities (CRL); empty: none
  /// Who of them may connect: by common name, or by an alternative name that is a DNS name, an e-mail address
  /// or a URI, byte for byte. Empty: all.
  std::vector<std::string> allowed_names{};
};

/// What a TCP client has to negotiate in; a person who types takes less.
inline constexpr std::uint32_t kTcpNegotiationTimeoutMs = 30'000;
/// A day: who allows more can allow any time, which is 0.
inline constexpr std::uint32_t kMaxNegotiationTimeoutMs = 86'400'000;

/// Where clients come from, who of them may, and what they receive and may do.
struct ListenerConfig {
  /// UNIX socket path, at most 107 bytes; with `abstract` a name in Linux' abstract namespace, at most 107
  /// bytes; with adopt() only a name for sentences; with `tcp` unused.
  std::string path;
  /// Which spelling of the events this listener's sessions receive. No default: listen() refuses what was not
  /// named.
  WireForm form = WireForm{UINT8_MAX};
  /// Sessions at once, at least 1; `no_seat` says what becomes of the next client.
  std::size_t max_clients = 64;
  /// What its clients may do. Empty: full on a UNIX socket; events_only over TCP, where every program of the
  /// machine can connect.
  std::optional<ListenerRole> role{};
  RegisteredEvents registered_events = RegisteredEvents::on_request;  ///< those of Server::add_event()
  /// Replies and events over several lines, indented, for people: the same JSON.
  bool pretty = false;
  NoSeat no_seat = NoSeat::closed;  ///< what becomes of one client too many
  /// OnLoss::close ends a session once its client has read up to the gap: one that never reads again stays.
  OnLoss on_loss = OnLoss::stay;
  bool abstract = false;  ///< `path` is a name in Linux' abstract namespace, not a file
  /// Of an abstract name: false fills the address up with NULs, as some clients do.
  bool tight = true;
  /// The effective user ids that may connect to a UNIX socket (others have none to tell); with
  /// `allowed_gids`, those and whoever belongs to one of these groups. Others are closed at accept and
  /// counted. Both empty: whom the mode of the socket's file lets in, or, of an abstract name, which has
  /// none, our own user id. The file's mode stays: who names others has to open the file to them.
  std::vector<std::uint32_t> allowed_uids{};
  /// Told of every client that came in, before its greeting, and with `tls` before it has proven anything.
  /// Loop thread, from inside a dispatch. Must not throw, nor end the server.
  std::function<void()> on_client{};
  /// Listens there instead of at `path`. Whose first bytes are an HTTP request is closed and counted.
  std::optional<TcpAddress> tcp{};
  /// Over TCP: an address that other machines reach is meant, though nothing proves who they are nor hides
  /// what is said. Otherwise such an address is refused without `tls`.
  bool beyond_loopback = false;
  /// Milliseconds until a client that has not negotiated is closed and counted, at most
  /// kMaxNegotiationTimeoutMs; 0: never. Empty: never on a UNIX socket, kTcpNegotiationTimeoutMs over TCP.
  std::optional<std::uint32_t> negotiation_timeout_ms{};
  std::vector<std::uint32_t> allowed_gids{};  ///< see allowed_uids
  /// Of a UNIX socket: sessions at once of one user id, so that one user cannot take all seats of the others;
  /// 0: as many as there are seats. Further ones are closed at accept and counted.
  std::size_t max_clients_per_uid = 0;
  /// Over TCP: whoever connects proves with a certificate who it is, before its greeting; who does not is
  /// closed and counted. The loop thread does the arithmetic: about a millisecond for each that connects.
  std::optional<TlsConfig> tls{};
};

/// Where the clients of one listener connect.
struct ListenerAddress {
  std::string name;        ///< "unix:/run/x.sock", "tcp:127.0.0.1:4444", as in SessionStatistics::listener
  std::uint16_t port = 0;  ///< of TCP
};

/// One client that does not come through a listener.
struct ConnectionConfig {
  /// Where dial() connects to: a UNIX socket path, or with `abstract` a name. Otherwise a name for sentences.
  std::string path;
  WireForm form = WireForm{UINT8_MAX};                                ///< no default, as in ListenerConfig
  ListenerRole role = ListenerRole::full;                             ///< what this client may do
  RegisteredEvents registered_events = RegisteredEvents::on_request;  ///< as in ListenerConfig
  bool pretty = false;                                                ///< as in ListenerConfig
  bool abstract = false;                                              ///< as in ListenerConfig
  bool tight = true;                                                  ///< as in ListenerConfig
  /// dial(): milliseconds until the next attempt when nobody is there, or the connection is lost; 0: none.
  /// At most kMaxReconnectMs.
  std::uint32_t reconnect_ms = 0;
  /// dial(): connects there instead of to `path`.
  std::optional<TcpAddress> tcp{};
  bool beyond_loopback = false;   ///< as in ListenerConfig; there is no TLS for dial()
  OnLoss on_loss = OnLoss::stay;  ///< as in ListenerConfig; dial() with `reconnect_ms` then dials again
};

/// A day: who wants to wait longer can dial again.
inline constexpr std::uint32_t kMaxReconnectMs = 86'400'000;

/// How to make a server. What is left out has a default that serves.
struct ServerConfig {
  std::string name;            ///< query-name; empty: the reply has no name
  Version version;             ///< what the greeting tells
  RunControl run_state;        ///< the machine's life, which is the embedder's
  LogCallback log;             ///< empty: silence
  TrafficCallback on_traffic;  ///< empty: what passes the sessions is not looked at and costs nothing
  /// Bytes between device threads and the loop; a power of two, 64 KiB to 1 GiB.
  std::size_t ring_bytes = std::size_t{1} << 20;
  /// Bytes of unread events kept for slow sessions, per wire form in use; 64 KiB to 1 GiB.
  /// It bounds as well what is kept, though nobody is connected, once a client has subscribed.
  std::size_t log_bytes = std::size_t{4} << 20;
  /// Unsent reply bytes of one session above which its input waits.
  std::size_t max_unsent_reply_bytes = std::size_t{1} << 20;
  Limits limits{};  ///< what guests and clients can make it keep
};

/// One QMP server: listeners, sessions, commands, and the emitter that devices fire events into. What does
/// not say otherwise belongs to the loop thread: the one that dispatches it.
class Server {
 public:
  /// Builds the chain; nothing listens yet. Fails with invalid_argument (a size out of range) or system.
  static Result<std::unique_ptr<Server>> create(ServerConfig config);
  /// Ends every session (what is queued is written as far as the sockets take it, late answers that were
  /// given included, and at last what a rate limit holds back, behind SHUTDOWN too), cancels the calls that
  /// are pending, removes the sockets it made. Legal in any state and from inside a callback of this server.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// For device threads. Any thread.
  Emitter emitter() const noexcept;

  /// Starts listening. Fails with address_in_use, not_found, permission, invalid_argument or system; the
  /// sentence names the place and what to do. A stale socket file is replaced, a live one never.
  Result<void> listen(const ListenerConfig& config);

  /// Its listeners in the order of listen() and adopt().
  std::vector<ListenerAddress> addresses() const;

  /// Serves a socket that somebody else made, of UNIX streams or of TCP: a listening one as listen() would,
  /// without removing its file (an abstract one with ListenerConfig::allowed_uids), or a connected one as one
  /// client. What ListenerConfig says of TCP holds for one of TCP, though `tcp` itself is left out: for
  /// events only unless `role` is written out, a time to negotiate in, no HTTP, TLS if wanted, and refused
  /// when its own address is beyond loopback and that is not meant. Takes `fd`, whose number is free from
  /// then on, and makes the socket non-blocking for all who share it; when it is refused it stays the
  /// caller's, open and untouched. Fails with invalid_argument (the sentence says what `fd` is), system, or
  /// as the files of `tls` do.
  Result<void> adopt(int fd, const ListenerConfig& config);

  /// Connects to whoever listens at a UNIX socket or a TCP port, and is its server. A lost connection is
  /// dialled again after `reconnect_ms`; without that a failed first attempt is refused with not_found,
  /// permission or system (over TCP it may turn out later, and is logged), and a lost connection stays lost.
  /// Never waits: a full queue is tried again. The log is told of the first attempt that fails (warning) and
  /// of the one that then succeeds (info). Fails with invalid_argument, too.
  Result<void> dial(const ConnectionConfig& config);

  /// Serves one client that writes to `input` and reads from `output`: two descriptors of pipes, a terminal
  /// or files, usually 0 and 1. They are duplicated, never changed and never waited for. The end of the input
  /// does not end the session: events go on. SIGPIPE is the embedder's to ignore. Fails with
  /// invalid_argument or system.
  Result<void> converse(int input, int output, const ConnectionConfig& config);

  /// Adds a command to every session, open ones included. Fails with invalid_argument when the name is taken
  /// or not a QMP name, when there is not exactly one of handler and later, or allow_oob with later.
  Result<void> add_command(Command command);

  /// Adds an event of the embedder's own to every session, open ones included; a filter that was set before
  /// does not name it. Fails with invalid_argument: the sentence says what the declaration has wrong, that
  /// the name is taken, or that there are kMaxRegisteredEvents already.
  Result<RegisteredEvent> add_event(EventDeclaration declaration);

  /// Runs the server from `context` (a reference is taken) until detach() or destruction. Once at a time.
  void attach(GMainContext* context);
  /// Takes it out of the context again; nothing when it is in none.
  void detach();

  /// For loops that are not GLib's: poll this descriptor for input, then call dispatch(). Owned by the
  /// server.
  int fd() const noexcept;
  /// Does what is due without waiting, within a budget. Returns true when work remains (fd() stays readable).
  bool dispatch();

  /// Puts delayed rate-limited events and everything emitted and answered so far into the sessions and writes
  /// until all is on the wire or the sockets are full. True when nothing is left unsent; a call that is
  /// pending has nothing to send yet.
  bool flush();

  /// Likewise, and waits for clients that are slow, at most `patience` and kMaxFlushPatience: serves them,
  /// commands included, meanwhile. From another thread: Emitter::flush. done: nothing is left unsent.
  FlushOutcome flush(std::chrono::nanoseconds patience);

  /// Changes one event's rate limit, or gives it one, registered events included; 0 switches it off.
  /// Milliseconds, 0 to 3,600,000; more fails with invalid_argument. An event that waits when its limit is
  /// switched off is published by the next dispatch, behind newer ones that nothing held back.
  Result<void> set_rate_limit(EventKind kind, std::uint32_t interval_ms);
  /// Drops delayed rate-limited events, counted as discarded (a machine reset).
  void discard_delayed();

  /// What became of every event and every client so far. Cost: one step for each record of the log.
  Statistics statistics() const;

 private:
  struct Chain;
  explicit Server(std::shared_ptr<Chain> chain) noexcept;
  std::shared_ptr<Chain>
      chain_;  ///< shared with a dispatch that is running, so that a callback may destroy us
};

}  // namespace qmpev
