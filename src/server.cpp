// SPDX-License-Identifier: MIT
// The composition root: builds the chain emitter -> log -> sessions -> sockets on one loop, and owns all of
// it. Loop thread.
#include <qmpev/server.hpp>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "emit/emitter_core.hpp"
#include "loop/glib_source.hpp"
#include "loop/loop.hpp"
#include "monitor/client_stream.hpp"
#include "monitor/commands.hpp"
#include "monitor/dialer.hpp"
#include "monitor/dispatcher.hpp"
#include "monitor/epoch.hpp"
#include "monitor/event_log.hpp"
#include "monitor/inherited_socket.hpp"
#include "monitor/limits_check.hpp"
#include "monitor/listener.hpp"
#include "monitor/listener_guards.hpp"
#include "monitor/monitors.hpp"
#include "monitor/pipe_stream.hpp"
#include "monitor/session_stream.hpp"
#include "monitor/traffic_queue.hpp"

namespace qmpev {
namespace {

/// Ready descriptors served in one dispatch before the embedder's other sources get their turn.
constexpr std::size_t kReadyBudget = 256;

Result<void> check(const ServerConfig& config) {
  const auto refuse = [](std::string sentence) {
    return Error{ErrorCode::invalid_argument, std::move(sentence)};
  };
  const bool power_of_two = (config.ring_bytes & (config.ring_bytes - 1)) == 0;
  if (!power_of_two || config.ring_bytes < kMinRingBytes || config.ring_bytes > kMaxRingBytes) {
    return refuse("ring_bytes is " + std::to_string(config.ring_bytes) + ": use a power of two from " +
                  std::to_string(kMinRingBytes) + " to " + std::to_string(kMaxRingBytes));
  }
  if (config.log_bytes < kMinLogBytes || config.log_bytes > kMaxLogBytes) {
    return refuse("log_bytes is " + std::to_string(config.log_bytes) + ": use " +
                  std::to_string(kMinLogBytes) + " to " + std::to_string(kMaxLogBytes));
  }
  if (config.max_unsent_reply_bytes == 0) return refuse("max_unsent_reply_bytes is 0: use at least 1");
  return check_limits(config.limits);
}

/// False once the deadline, in monotonic nanoseconds, has passed.
bool wait_for_input(int fd, std::int64_t deadline_ns) {
  const std::int64_t left = deadline_ns - system_clock().monotonic_ns();
  if (left <= 0) return false;
  const timespec time{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
  pollfd wait{fd, POLLIN, 0};
  ppoll(&wait, 1, &time, nullptr);
  return true;
}

Result<void> check_rate_limit(std::uint32_t interval_ms) {
  if (interval_ms <= kMaxRateLimitMs) return {};
  return Error{ErrorCode::invalid_argument, "a rate limit of " + std::to_string(interval_ms) +
                                                " ms: use at most " + std::to_string(kMaxRateLimitMs)};
}

/// Asked before each command, `preconfig` may end the server: then the command is not begun.
RunControl until(const bool& ended, RunControl run_state) {
  if (run_state.preconfig) {
    run_state.preconfig = [&ended, asked = std::move(run_state.preconfig)] { return asked() || ended; };
  }
  return run_state;
}

}  // namespace

struct Server::Chain final : EventSource, Loop::Watcher, std::enable_shared_from_this<Server::Chain> {
  Chain(ServerConfig settings, std::unique_ptr<Loop> its_loop, UniqueFd wake)
      : config(std::move(settings)),
        loop(std::move(its_loop)),
        core(std::make_shared<EmitterCore>(system_clock(), config.ring_bytes, std::move(wake),
                                           config.limits.throttle_keys)),
        log(config.log_bytes, system_clock(), config.limits.kept_keys),
        traffic(system_clock(), config.on_traffic),
        dispatcher(config.version, [its_core = core] { its_core->signal(); }),
        monitors(log, dispatcher, *this, config.log, config.max_unsent_reply_bytes, system_clock(),
                 config.limits) {
    add_server_commands(dispatcher, {config.name, config.version}, until(ended, config.run_state));
    add_resume_commands(dispatcher, log, random_epoch());
    add_statistics_command(dispatcher, [this] { return statistics(); });
  }

  // EventSource
  void settle() noexcept override { core->settle(log); }
  void set_audience(std::size_t sessions) noexcept override { core->set_listening(sessions != 0); }
  void set_registered_audience(std::size_t sessions) noexcept override {
    core->set_registered_listening(sessions != 0);
  }

  // Loop::Watcher: a device thread woke us, or we ourselves. That was all.
  void ready(std::uint32_t) override {}

  bool dispatch();
  bool flush();
  void begin_flushes();
  void end_flushes();
  void end();
  Statistics statistics() const;
  /// Null: nobody listens to it.
  TrafficQueue* traffic_queue() noexcept { return config.on_traffic ? &traffic : nullptr; }
  /// Some monitor has this wire form.
  void use(WireForm form) {
    log.use(form);
    core->set_form_wanted(form);
  }
  /// Serves one client; `stream` is null when the loop cannot watch it.
  Result<void> open(std::unique_ptr<Stream> stream, const MonitorTraits& traits);
  /// One end of a connection; `fd` is the caller's descriptor of it, taken when it is not refused.
  Result<void> adopt_client(int fd, UniqueFd socket, const ListenerConfig& client);

  ServerConfig config;
  std::unique_ptr<Loop> loop;
  std::shared_ptr<EmitterCore> core;
  EventLog log;
  TrafficQueue traffic;
  Dispatcher dispatcher;
  Monitors monitors;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::unique_ptr<Dialer>> dialers;
  std::unique_ptr<GlibSource> source;
  bool ended = false;
  int depth = 0;  ///< dispatches and flushes running: a command handler may run the embedder's loop
};

/// Null: the loop cannot watch it.
Result<void> Server::Chain::open(std::unique_ptr<Stream> stream, const MonitorTraits& traits) {
  if (!stream) return Error{ErrorCode::system, "the connection " + traits.name + " cannot be watched"};
  use(traits.form);
  monitors.open(std::move(stream), traits, Seat());
  core->signal();  // its greeting may wait for room
  return {};
}

Result<void> Server::Chain::adopt_client(int fd, UniqueFd socket, const ListenerConfig& client) {
  if (auto checked = check_guards(client); !checked) return checked;
  auto way = ClientWay::of(client);
  if (!way) return way.error();
  const MonitorTraits traits = traits_of(client, client.path);
  auto stream = make_client_stream(std::move(socket), way.value(), traits, traits.name, *loop, monitors,
                                   traffic_queue());
  if (stream) take_over(fd);
  return open(std::move(stream), traits);
}

bool Server::Chain::dispatch() {
  const auto alive = shared_from_this();  // a callback may destroy the server
  ++depth;
  core->awake();
  loop->poll(kReadyBudget);
  monitors.end_silent();  // what they said in time is read
  monitors.deliver();
  settle();
  begin_flushes();
  const bool put_off = monitors.pump();
  --depth;
  if (depth == 0) monitors.reap();
  traffic.tell();
  end_flushes();
  loop->arm(std::min(core->next_deadline_ns(), monitors.next_deadline_ns()));
  if (!put_off && core->try_sleep()) return false;
  core->signal();
  return true;
}

/// Threads wait for what they have emitted: everything that is there now.
void Server::Chain::begin_flushes() {
  FlushDesk& flushes = core->flushes();
  if (!flushes.asked()) return;
  core->flush_delayed(log);
  flushes.give_place(log.head());
}

void Server::Chain::end_flushes() {
  FlushDesk& flushes = core->flushes();
  while (flushes.waiting() && monitors.sent_up_to(flushes.next_place())) flushes.reached();
}

bool Server::Chain::flush() {
  const auto alive = shared_from_this();
  ++depth;
  core->flush_delayed(log);
  const bool all_sent = monitors.flush();
  --depth;
  if (depth == 0) monitors.reap();
  traffic.tell();
  if (monitors.input_put_off()) core->signal();  // it waited for room: the next dispatch goes on with it
  return all_sent;
}

void Server::Chain::end() {
  core->close();
  source.reset();
  listeners.clear();
  dialers.clear();
  core->flush_delayed(log);
  monitors.end();  // writes it; what clients still ask for is not begun, the embedder may be half gone
  if (depth == 0) monitors.reap();
  traffic.tell();
  ended = true;
  core->flushes().close();
}

Statistics Server::Chain::statistics() const {
  Statistics statistics;
  core->read_statistics(statistics);
  monitors.fill(statistics);
  return statistics;
}

Server::Server(std::shared_ptr<Chain> chain) noexcept : chain_(std::move(chain)) {}

Server::~Server() {
  chain_->end();
}

Result<std::unique_ptr<Server>> Server::create(ServerConfig config) {
  if (const auto checked = check(config); !checked) return checked.error();
  auto loop = Loop::create();
  if (!loop) return loop.error();
  UniqueFd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) {
    return Error{ErrorCode::system, std::string("cannot create an eventfd: ") + std::strerror(errno) +
                                        " (is the limit of open files, ulimit -n, high enough?)"};
  }
  auto chain = std::make_shared<Chain>(std::move(config), std::move(loop).value(), std::move(wake));
  // Edge-triggered: each write wakes once, and nobody has to read it back.
  if (auto watched = chain->loop->add(chain->core->wake_fd(), EPOLLIN | EPOLLET, *chain); !watched)
    return watched.error();
  const bool asleep = chain->core->try_sleep();
  QMPEV_ASSERT(asleep);
  return std::unique_ptr<Server>(new Server(std::move(chain)));
}

Emitter Server::emitter() const noexcept {
  return Emitter(chain_->core);
}

Result<void> Server::listen(const ListenerConfig& config) {
  if (auto checked = check_monitor(config); !checked) return checked;
  auto listener = Listener::create(config, *chain_->loop, chain_->monitors, chain_->traffic_queue());
  if (!listener) return listener.error();
  chain_->use(config.form);
  chain_->listeners.push_back(std::move(listener).value());
  return {};
}

std::vector<ListenerAddress> Server::addresses() const {
  std::vector<ListenerAddress> addresses;
  for (const auto& listener : chain_->listeners) addresses.push_back(listener->address());
  return addresses;
}

Result<void> Server::adopt(int fd, const ListenerConfig& asked) {
  if (asked.tcp)
    return Error{ErrorCode::invalid_argument, "a socket that is handed down has its address: leave out tcp"};
  const auto inherited = inspect_socket(fd);
  if (!inherited) return inherited.error();
  ListenerConfig config = asked;
  // With its address it is guarded like any other port.
  if (const auto& tcp = inherited.value().tcp) config.tcp = TcpAddress{tcp->host(), tcp->port()};
  if (auto checked = check_monitor(config); !checked) return checked;
  // Whatever can be refused is tried with a duplicate, so that `fd` is taken as a whole or not at all.
  auto socket = duplicate_socket(fd);
  if (!socket) return socket.error();
  if (!inherited.value().listening) return chain_->adopt_client(fd, std::move(socket).value(), config);
  auto listener = Listener::adopt(std::move(socket).value(), inherited.value(), config, *chain_->loop,
                                  chain_->monitors, chain_->traffic_queue());
  if (!listener) return listener.error();
  take_over(fd);
  chain_->use(config.form);
  chain_->listeners.push_back(std::move(listener).value());
  return {};
}

Result<void> Server::dial(const ConnectionConfig& config) {
  if (auto checked = check_monitor(config.tcp ? config.tcp->host : config.path, config.form, config.role);
      !checked)
    return checked;
  if (config.reconnect_ms > kMaxReconnectMs) {
    return Error{ErrorCode::invalid_argument, "a reconnect time of " + std::to_string(config.reconnect_ms) +
                                                  " ms: use at most " + std::to_string(kMaxReconnectMs)};
  }
  const auto alive = chain_;  // a callback may destroy the server
  alive->use(config.form);
  auto dialer = Dialer::create(config, *alive->loop, alive->monitors, alive->traffic_queue());
  if (!dialer) return dialer.error();
  alive->dialers.push_back(std::move(dialer).value());
  alive->dialers.back()->report();
  return {};
}

Result<void> Server::converse(int input, int output, const ConnectionConfig& config) {
  if (auto checked = check_monitor(config.path, config.form, config.role); !checked) return checked;
  const MonitorTraits traits{config.path,   config.form,   config.role, config.registered_events,
                             config.pretty, config.on_loss};
  std::unique_ptr<Stream> stream = make_pipe_stream(input, output, *chain_->loop);
  if (stream) stream = make_session_stream(std::move(stream), traits, traits.name, chain_->traffic_queue());
  return chain_->open(std::move(stream), traits);
}

Result<void> Server::add_command(Command command) {
  Monitors& monitors = chain_->monitors;
  return add_embedder_command(
      chain_->dispatcher, std::move(command),
      {chain_->config.limits.node_members, [&monitors] { monitors.count_too_wide(); }});
}

Result<RegisteredEvent> Server::add_event(EventDeclaration declaration) {
  if (auto checked = check_rate_limit(declaration.rate_limit_ms); !checked) return checked.error();
  const auto shape = EventShape::build(std::move(declaration));
  if (!shape) return shape.error();
  const auto refuse = [&shape](const std::string& why) {
    return Error{ErrorCode::invalid_argument,
                 "the event '" + shape.value()->name() + "' cannot be added: " + why};
  };
  EventCatalogue& events = chain_->dispatcher.events();
  if (events.has(shape.value()->name())) return refuse("the name is taken");
  const std::optional<EventKind> kind = chain_->core->add_event(shape.value());
  if (!kind) return refuse("there are " + std::to_string(kMaxRegisteredEvents) + " already");
  events.add(shape.value());
  return RegisteredEvent(chain_->core, shape.value(), *kind);
}

void Server::attach(GMainContext* context) {
  QMPEV_ASSERT(context != nullptr && chain_->source == nullptr);
  Chain* chain = chain_.get();  // the source does not outlive it
  chain_->source = std::make_unique<GlibSource>(context, chain->loop->fd(), [chain] { chain->dispatch(); });
}

void Server::detach() {
  chain_->source.reset();
}

int Server::fd() const noexcept {
  return chain_->loop->fd();
}

bool Server::dispatch() {
  return chain_->dispatch();
}

bool Server::flush() {
  return chain_->flush();
}

FlushOutcome Server::flush(std::chrono::nanoseconds patience) {
  const auto chain = chain_;  // a callback may destroy us
  const std::int64_t deadline = system_clock().monotonic_ns() + bounded_patience(patience).count();
  for (;;) {
    const bool all_sent = chain->flush();
    if (chain->ended) return FlushOutcome::loop_gone;
    if (all_sent) return FlushOutcome::done;
    if (!wait_for_input(chain->loop->fd(), deadline)) return FlushOutcome::timed_out;
    chain->dispatch();
    if (chain->ended) return FlushOutcome::loop_gone;
  }
}

Result<void> Server::set_rate_limit(EventKind kind, std::uint32_t interval_ms) {
  if (static_cast<std::size_t>(kind) >= chain_->dispatcher.events().all().size()) {
    return Error{ErrorCode::invalid_argument,
                 "no such event kind: " + std::to_string(static_cast<int>(kind))};
  }
  if (auto checked = check_rate_limit(interval_ms); !checked) return checked;
  chain_->core->set_rate_limit(kind, interval_ms);
  chain_->core->signal();  // windows that end now are the next dispatch's work
  return {};
}

void Server::discard_delayed() {
  chain_->core->discard_delayed();
}

Statistics Server::statistics() const {
  return chain_->statistics();
}

}  // namespace qmpev
