// SPDX-License-Identifier: MIT
// The whole public interface of a server by chance, from seeds: clients of every kind, devices, the embedder,
// and commands that do from inside what is done from outside, the server's end included. The books have to
// agree after each step. Decisions depend on the seed alone; what the kernel takes at a time does not.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/server.hpp>

#include "base/unique_fd.hpp"
#include "fuzz/random.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev;
using test::Random;
using test::TemporaryDirectory;

namespace {

constexpr std::uint64_t kSeeds = 60;
constexpr int kSteps = 250;
constexpr std::size_t kMaxPeers = 10;
constexpr std::size_t kMaxListeners = 4;
constexpr int kMaxDepth = 3;
/// Dispatches after which a server that has always work left has gone mad.
constexpr int kMaxDispatches = 5'000;
constexpr int kSmallSocketBytes = 4'608;

/// One client's end: a socket both ways, or two pipes.
struct Peer {
  UniqueFd input;   ///< what the server says
  UniqueFd output;  ///< what is said to it; the same socket, when this is none
  std::string heard{};
  int said = 0;  ///< requests
  int last_answered = 0;
  bool hidden = false;  ///< hears nothing of the embedder's own events
  int fd_to_say() const { return output ? output.get() : input.get(); }
};

/// A call that is not answered yet, and whether its command was told that nobody waits.
struct Late {
  Call call;
  std::shared_ptr<bool> told;
};

/// An event of the embedder's own, which says its number, as its name does.
struct OwnEvent {
  RegisteredEvent event;
  std::uint64_t number;
  std::uint64_t emitted = 0;
};

class Round {
 public:
  explicit Round(std::uint64_t seed) : random_(seed) {}
  ~Round() {
    server_.reset();
    check_late();
  }

  void step();
  std::uint64_t delivered() const { return delivered_; }
  std::uint64_t own_delivered() const { return own_delivered_; }
  std::uint64_t ends_inside() const { return ends_inside_; }
  std::uint64_t cancelled() const { return cancelled_; }

 private:
  bool one_in(std::uint64_t chances) { return random_.below(chances) == 0; }
  void build();
  void add_commands();
  void end_inside();
  // The embedder.
  void listen(WireForm form);
  void adopt();
  void dial();
  void converse();
  void add_event();
  void set_rate_limit();
  void emit();
  void emit_here();
  void answer_one();
  void dispatch();
  void do_inside();
  // Clients.
  void connect();
  void say();
  void hear();
  void leave();
  void hear_lines(Peer& peer);
  // What has to hold.
  void check();
  void check_sessions(const Statistics& statistics);
  void check_late();

  Random random_;
  TemporaryDirectory folder_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Emitter> emitter_;
  std::vector<std::string> listeners_;
  std::vector<Peer> peers_;
  std::vector<UniqueFd> foreign_;  ///< sockets that the server dials
  std::vector<OwnEvent> events_;
  std::vector<Late> late_;
  std::map<std::uint64_t, std::uint64_t> began_;  ///< by session: events published before it heard any
  std::uint64_t names_ = 0;
  std::uint64_t emitted_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t own_delivered_ = 0;
  std::uint64_t ends_inside_ = 0;
  std::uint64_t cancelled_ = 0;
  int depth_ = 0;
};

// --- the server ---

void Round::build() {
  ServerConfig config{.name = "rounds", .version = {1, 2, 3}};
  config.ring_bytes = std::size_t{64} << 10;
  config.log_bytes = std::size_t{64} << 10;
  config.max_unsent_reply_bytes = 1 + random_.below(20'000);
  config.log = [this](LogLevel, std::string_view) {
    if (depth_ > 0 && one_in(20)) end_inside();
  };
  if (one_in(3)) {
    config.on_traffic = [this](const Traffic&) {
      if (one_in(2'000)) end_inside();
    };
  }
  auto server = Server::create(std::move(config));
  REQUIRE(server);
  server_ = std::move(server).value();
  emitter_ = std::make_unique<Emitter>(server_->emitter());
  listeners_.clear();
  began_.clear();
  events_.clear();
  emitted_ = 0;
  add_commands();
  // Both from the start: what was emitted before a form was in use has no line in it.
  listen(WireForm::document);
  listen(WireForm::qemu);
}

void Round::add_commands() {
  const auto add = [this](const char* name, std::function<void()> work, bool oob = false) {
    REQUIRE(server_->add_command({.name = name,
                                  .handler =
                                      [work = std::move(work)](JsonObject*) {
                                        work();
                                        return Answer::empty();
                                      },
                                  .allow_oob = oob}));
  };
  add("do-emit", [this] { emit_here(); });
  add(
      "do-quickly", [this] { emit_here(); }, true);
  add("do-inside", [this] { do_inside(); });
  REQUIRE(server_->add_command({.name = "do-late", .later = [this](JsonObject*, Call call) {
                                  auto told = std::make_shared<bool>(false);
                                  call.on_cancel([this, told] {
                                    *told = true;
                                    emit_here();
                                    if (server_ && one_in(50)) end_inside();
                                  });
                                  late_.push_back({std::move(call), std::move(told)});
                                }}));
}

/// From inside a callback. A server that is being destroyed is gone for the rest of them.
void Round::end_inside() {
  const std::unique_ptr<Server> ended = std::move(server_);
  if (ended) ++ends_inside_;
}

void Round::do_inside() {
  if (depth_ >= kMaxDepth) return;
  switch (random_.below(8)) {
    case 0:
      if (one_in(4)) end_inside();
      return;
    case 1:
      return leave();
    case 2:
      peers_.clear();
      return dispatch();
    case 3:
      ++depth_;
      if (server_) server_->flush();
      --depth_;
      return;
    case 4:
      return add_event();
    case 5:
      return adopt();
    case 6:
      return answer_one();
    default:
      return dispatch();
  }
}

void Round::dispatch() {
  ++depth_;
  for (int times = 0; server_ && server_->dispatch(); ++times) REQUIRE(times < kMaxDispatches);
  --depth_;
}

// --- the embedder ---

void Round::listen(WireForm form) {
  if (listeners_.size() >= kMaxListeners) return;
  ListenerConfig config{
      .path = folder_ / ("s" + std::to_string(++names_)), .form = form, .max_clients = 1 + random_.below(4)};
  config.role = one_in(4) ? ListenerRole::events_only : ListenerRole::full;
  config.registered_events = one_in(2) ? RegisteredEvents::always : RegisteredEvents::on_request;
  config.no_seat = one_in(2) ? NoSeat::waits : NoSeat::closed;
  config.on_loss = one_in(3) ? OnLoss::close : OnLoss::stay;
  REQUIRE(server_->listen(config));
  listeners_.push_back(config.path);
}

void Round::adopt() {
  if (!server_ || peers_.size() >= kMaxPeers) return;
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  if (one_in(2)) ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &kSmallSocketBytes, sizeof kSmallSocketBytes);
  peers_.push_back({UniqueFd(ends[1]), {}});
  ListenerConfig config{.path = "adopted", .form = one_in(2) ? WireForm::qemu : WireForm::document};
  config.role = ListenerRole::full;
  config.registered_events = one_in(2) ? RegisteredEvents::always : RegisteredEvents::hidden;
  peers_.back().hidden = config.registered_events == RegisteredEvents::hidden;
  REQUIRE(server_->adopt(ends[0], config));
}

void Round::dial() {
  if (foreign_.size() >= kMaxListeners || peers_.size() >= kMaxPeers) return;
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder_ / ("d" + std::to_string(++names_));
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const bool there = !one_in(4);
  if (there) {
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket.get(), 1) == 0);
  }
  ConnectionConfig config{.path = path, .form = WireForm::qemu};
  config.reconnect_ms = one_in(2) ? 1 : 0;
  ++depth_;
  const auto dialled = server_->dial(config);
  --depth_;
  CHECK((bool(dialled) || !there));
  if (UniqueFd peer(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC)); peer)
    peers_.push_back({std::move(peer), {}});
  if (there) foreign_.push_back(std::move(socket));
}

void Round::converse() {
  if (peers_.size() >= kMaxPeers) return;
  int in[2];
  int out[2];
  REQUIRE((::pipe2(in, O_CLOEXEC) == 0 && ::pipe2(out, O_CLOEXEC) == 0));
  const UniqueFd input(in[0]);
  const UniqueFd output(out[1]);
  ::fcntl(out[0], F_SETFL, O_NONBLOCK);
  ::fcntl(in[1], F_SETFL, O_NONBLOCK);
  peers_.push_back({UniqueFd(out[0]), UniqueFd(in[1])});
  REQUIRE(server_->converse(input.get(), output.get(), {.path = "pipes", .form = WireForm::document}));
}

void Round::add_event() {
  if (!server_) return;
  const bool taken = !events_.empty() && one_in(5);
  const std::uint64_t number = ++names_;
  EventDeclaration declaration{.name = "X_ROUND_" + std::to_string(number),
                               .members = {{.name = "n", .type = EventMember::Type::integer}}};
  declaration.rate_limit_ms = one_in(3) ? 1 : 0;
  if (taken) declaration.name = "BALLOON_CHANGE";
  const auto added = server_->add_event(std::move(declaration));
  const bool full = server_->statistics().registered_events.size() == kMaxRegisteredEvents && !added;
  CHECK(bool(added) == !(taken || full));
  if (added) events_.push_back({added.value(), number});
}

void Round::set_rate_limit() {
  constexpr std::array<std::uint32_t, 4> kMs = {0, 1, 20, 3'600'001};
  const std::uint32_t ms = kMs[random_.below(kMs.size())];
  const bool own = !events_.empty() && one_in(2);
  const EventKind kind = own ? events_[random_.below(events_.size())].event.kind()
                             : static_cast<EventKind>(random_.below(kEventKinds));
  CHECK(bool(server_->set_rate_limit(kind, ms)) == (ms <= 3'600'000));
}

void Round::emit_here() {
  for (auto count = 1 + random_.below(one_in(20) ? 400 : 8); count > 0; --count) {
    ++emitted_;
    const auto number = static_cast<std::int64_t>(emitted_);
    if (!events_.empty() && one_in(3)) {
      OwnEvent& own = events_[random_.below(events_.size())];
      ++own.emitted;
      own.event.emit({own.number});
    } else if (one_in(3)) {
      emitter_->emit(BalloonChange{number});
    } else if (one_in(2)) {
      emitter_->emit(MigrationPass{number});
    } else {
      const std::string path(random_.below(300), 'p');
      DeviceDeleted event;
      event.path = path;
      emitter_->emit(event);
    }
  }
}

void Round::emit() {
  std::thread([this] { emit_here(); }).join();
}

void Round::answer_one() {
  if (late_.empty()) return;
  const std::size_t chosen = random_.below(late_.size());
  Late late = std::move(late_[chosen]);
  late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(chosen));
  CHECK(late.call.cancelled() == *late.told);
  cancelled_ += *late.told ? 1 : 0;
  if (one_in(4)) return;  // given up
  const bool twice = one_in(4);
  std::thread([&late, twice] {
    late.call.answer(Answer::empty());
    if (twice) late.call.answer(Answer::empty());
  }).join();
}

// --- clients ---

void Round::connect() {
  if (listeners_.empty() || peers_.size() >= kMaxPeers) return;
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& path = listeners_[random_.below(listeners_.size())];
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
  peers_.push_back({std::move(socket), {}});
}

void Round::say() {
  if (peers_.empty()) return;
  constexpr std::array<const char*, 12> kCommands = {
      "do-emit",          "do-emit",           "do-late",
      "do-late",          "do-inside",         "do-quickly",
      "query-events",     "x-qmpev-subscribe", "x-qmpev-statistics",
      "qmp_capabilities", "do-inside",         "query-version"};
  Peer& peer = peers_[random_.below(peers_.size())];
  std::string words;
  if (peer.said == 0) words = R"({"execute":"qmp_capabilities","id":)" + std::to_string(++peer.said) + "}";
  for (auto count = random_.below(4); count > 0; --count) {
    words += R"({"execute":")" + std::string(kCommands[random_.below(kCommands.size())]) + R"(","id":)" +
             std::to_string(++peer.said) + "}";
  }
  if (one_in(12)) words += R"({"execute":"x-qmpev-gap-notice"})";
  if (one_in(30)) words.resize(random_.below(words.size() + 1));
  const ssize_t written = ::write(peer.fd_to_say(), words.data(), words.size());
  if (written < static_cast<ssize_t>(words.size())) peer.said += 1'000;  // in the middle of one: no matter
}

void Round::hear() {
  for (Peer& peer : peers_) {
    if (one_in(3)) continue;
    char bytes[4096];
    for (auto times = random_.below(20); times > 0; --times) {
      const ssize_t count = peer.output ? ::read(peer.input.get(), bytes, sizeof bytes)
                                        : ::recv(peer.input.get(), bytes, sizeof bytes, MSG_DONTWAIT);
      if (count <= 0) break;
      peer.heard.append(bytes, static_cast<std::size_t>(count));
    }
    hear_lines(peer);
  }
}

/// Whole lines, the greeting first, replies in order.
void Round::hear_lines(Peer& peer) {
  std::size_t at = 0;
  for (std::size_t end; (end = peer.heard.find("\r\n", at)) != std::string::npos; at = end + 2) {
    const std::string line = peer.heard.substr(at, end - at);
    INFO(line);
    CHECK((line.front() == '{' && line.back() == '}'));
    const bool event = line.rfind("{\"timestamp\": ", 0) == 0;
    if (event) ++delivered_;
    if (const std::size_t own = line.find("X_ROUND_"); event && own != std::string::npos) {
      ++own_delivered_;
      const int number = std::atoi(line.c_str() + own + 8);
      CHECK_FALSE(peer.hidden);
      CHECK(line.find("\"data\": {\"n\": " + std::to_string(number) + "}") != std::string::npos);
    }
    const std::size_t id = line.rfind("\"id\": ");
    if (event || id == std::string::npos) continue;
    const int number = std::atoi(line.c_str() + id + 6);
    CHECK(number > peer.last_answered);
    CHECK(number <= peer.said);
    peer.last_answered = number;
  }
  peer.heard.erase(0, at);
}

void Round::leave() {
  if (peers_.empty()) return;
  const auto chosen = peers_.begin() + static_cast<std::ptrdiff_t>(random_.below(peers_.size()));
  if (!chosen->output && one_in(3)) {
    ::shutdown(chosen->input.get(), one_in(2) ? SHUT_WR : SHUT_RDWR);
  } else {
    peers_.erase(chosen);
  }
}

// --- what has to hold ---

std::uint64_t sum_of(const EventCounters& c) {
  return c.published + c.merged + c.refused_ring_full + c.refused_ring_share + c.refused_oversize +
         c.refused_invalid + c.after_end + c.discarded + c.pending + c.in_ring + c.skipped;
}

std::uint64_t published(const Statistics& statistics) {
  std::uint64_t sum = 0;
  for (const EventCounters& counters : statistics.events) sum += counters.published;
  for (const auto& event : statistics.registered_events) sum += event.counters.published;
  return sum;
}

void Round::check_sessions(const Statistics& statistics) {
  for (const SessionStatistics& session : statistics.each_session) {
    if (session.state != SessionState::command) continue;
    INFO("session " << session.id << " of " << session.listener);
    const std::uint64_t met = session.delivered + session.unsent + session.dropped + session.filtered;
    REQUIRE(met <= published(statistics));
    const std::uint64_t before = published(statistics) - met;
    const auto [began, first] = began_.emplace(session.id, before);
    if (!first) CHECK(began->second == before);
  }
}

void Round::check_late() {
  for (const Late& late : late_) CHECK(late.call.cancelled() == *late.told);
}

void Round::check() {
  check_late();
  if (!server_) return;
  const Statistics statistics = server_->statistics();
  std::uint64_t emitted = 0;
  std::uint64_t delivered = 0;
  const auto check_kind = [&](const EventCounters& counters) {
    CHECK(counters.emitted == sum_of(counters));
    emitted += counters.emitted;
    delivered += counters.delivered;
  };
  for (const EventCounters& counters : statistics.events) check_kind(counters);
  REQUIRE(statistics.registered_events.size() == events_.size());
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const RegisteredEventStatistics& event = statistics.registered_events[i];
    INFO(event.name);
    CHECK(event.name == "X_ROUND_" + std::to_string(events_[i].number));
    CHECK(event.kind == events_[i].event.kind());
    CHECK(event.counters.emitted == events_[i].emitted);
    check_kind(event.counters);
  }
  CHECK(emitted == emitted_);
  CHECK(delivered == statistics.sessions.delivered);
  CHECK(statistics.sessions_open == statistics.each_session.size());
  CHECK(statistics.sessions_in_command <= statistics.sessions_open);
  const CallCounters& calls = statistics.calls;
  CHECK(calls.begun == calls.answered + calls.cancelled + calls.pending);
  CHECK(calls.pending <= statistics.sessions_open);
  CHECK(published(statistics) <= statistics.log_position);
  check_sessions(statistics);
}

void Round::step() {
  if (!server_) build();
  switch (random_.below(24)) {
    case 0:
      listen(one_in(2) ? WireForm::qemu : WireForm::document);
      break;
    case 1:
      adopt();
      break;
    case 2:
      if (one_in(3)) dial();
      break;
    case 3:
      converse();
      break;
    case 4:
      add_event();
      break;
    case 5:
      set_rate_limit();
      break;
    case 6:
      if (one_in(3)) server_->discard_delayed();
      break;
    case 7:
      ++depth_;
      if (one_in(2)) {
        server_->flush();
      } else {
        server_->flush(std::chrono::nanoseconds(random_.below(100'000)));
      }
      --depth_;
      break;
    case 8:
      if (one_in(40)) server_.reset();
      break;
    case 9:
    case 10:
      answer_one();
      break;
    case 11:
      if (one_in(3)) leave();
      break;
    case 12:
    case 13:
      connect();
      break;
    case 14:
    case 15:
      hear();
      break;
    case 16:
    case 17:
    case 18:
      say();
      break;
    case 19:
    case 20:
      emit();
      break;
    default:
      dispatch();
  }
  check();
}

}  // namespace

TEST_CASE("a server's books agree whatever its embedder, devices and clients do by chance") {
  ::signal(SIGPIPE, SIG_IGN);
  std::uint64_t delivered = 0;
  std::uint64_t own_delivered = 0;
  std::uint64_t ends_inside = 0;
  std::uint64_t cancelled = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Round round(seed);
    for (int step = 0; step < kSteps; ++step) {
      INFO("seed " << seed << ", step " << step);
      round.step();
    }
    delivered += round.delivered();
    own_delivered += round.own_delivered();
    ends_inside += round.ends_inside();
    cancelled += round.cancelled();
  }
  CHECK(delivered > 1'000);
  CHECK(own_delivered > 100);
  CHECK(ends_inside > 10);
  CHECK(cancelled > 10);
}
