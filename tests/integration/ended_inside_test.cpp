// SPDX-License-Identifier: MIT
// A server that its own callback destroys: from each callback that may, while there is a client in each state
// a session can have. Whatever the callback, every client finds its end, nothing is called any more but
// cancellations, and no descriptor stays. (ListenerConfig::on_client may not end the server.)
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <qmpev/events.hpp>
#include <qmpev/server.hpp>

#include "support/open_descriptors.hpp"
#include "support/qmp_client.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

const std::string kNegotiation = R"({"execute":"qmp_capabilities"})";
constexpr int kMaxTurns = 20'000;

std::string request(const std::string& command) {
  return R"({"execute":")" + command + R"("})";
}

/// Both ends of a connection whose way from `ours` to `theirs` is full.
struct FullPair {
  FullPair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    ours = UniqueFd(ends[0]);
    theirs = UniqueFd(ends[1]);
    const std::array<char, 4096> blanks{};
    while (::send(ours.get(), blanks.data(), blanks.size(), MSG_NOSIGNAL) > 0) {
    }
    while (::send(ours.get(), blanks.data(), 1, MSG_NOSIGNAL) > 0) {
    }
  }
  UniqueFd ours, theirs;
};

/// Everything until the end, which comes in time.
bool reaches_end(int fd) {
  std::array<char, 65536> bytes;
  for (;;) {
    pollfd wait{fd, POLLIN, 0};
    if (::poll(&wait, 1, kClientWaitMs) != 1) return false;
    const ssize_t count = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno == ECONNRESET)) return true;  // a reset: it was not all read
    if (count < 0 && errno != EINTR && errno != EAGAIN) return false;
  }
}

class House {
 public:
  explicit House(std::string ends_at) : ends_at_(std::move(ends_at)) {
    ServerConfig config;
    config.log_bytes = std::size_t{64} << 10;
    config.log = [this](LogLevel, std::string_view) { called("log"); };
    config.on_traffic = [this](const Traffic& traffic) {
      constexpr const char* kNames[] = {"opened", "received", "sent", "closed"};
      called(kNames[static_cast<std::size_t>(traffic.kind)]);
    };
    config.run_state.status = [this] {
      called("query-status");
      return RunStatus{"running", true};
    };
    config.run_state.stop = [this] { return answer("stop"); };
    config.run_state.cont = [this] { return answer("cont"); };
    config.run_state.reset = [this] { return answer("system_reset"); };
    config.run_state.powerdown = [this] { return answer("system_powerdown"); };
    config.run_state.quit = [this] { return answer("quit"); };
    config.run_state.preconfig = [this] {
      called("preconfig");
      return false;
    };
    server = Server::create(std::move(config)).value();
    REQUIRE(server->add_command(
        {.name = "handled", .handler = [this](JsonObject*) { return answer("handled"); }}));
    REQUIRE(server->add_command({.name = "late", .later = [this](JsonObject*, Call call) {
                                   call.on_cancel([this] {
                                     ++cancelled;
                                     called("on_cancel");
                                   });
                                   calls.push_back(std::move(call));
                                   called("late");
                                 }}));
    REQUIRE(server->listen({.path = directory / "s", .form = WireForm::qemu}));
  }

  QmpClient& connect(const std::string& says) {
    clients.push_back(*QmpClient::connect(directory / "s"));
    REQUIRE(clients.back().send(says));
    return clients.back();
  }

  /// One client in each state that a session can have, and some with more on their way.
  void seat_clients() {
    clients.reserve(8);
    REQUIRE(server->adopt(full.ours.release(), {.path = "full", .form = WireForm::qemu}));
    connect("");                                                    // negotiation
    connect(kNegotiation);                                          // command
    connect(kNegotiation + R"({"execute":"late"})");                // waits for its answer
    connect(kNegotiation + std::string(1, '{'));                    // is in the middle of a message
    QmpClient& closing = connect(kNegotiation + many_replies(20));  // reads nothing and says no more
    ::shutdown(closing.fd(), SHUT_WR);
    connect(kNegotiation + many_replies(100));  // reads nothing, and its input waits
    for (int i = 0; i < kMaxTurns && !all_there(); ++i) server->dispatch();
    REQUIRE(all_there());
    armed = true;
  }

  bool ended() const { return server == nullptr; }
  void turn() {
    for (int i = 0; i < kMaxTurns && server; ++i) server->dispatch();
  }

  TemporaryDirectory directory;
  std::unique_ptr<Server> server;
  FullPair full;
  std::vector<QmpClient> clients;
  std::vector<Call> calls;
  int cancelled = 0;
  int called_after_end = 0;
  bool armed = false;

 private:
  static std::string many_replies(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += request("query-qmp-schema");
    return text;
  }
  bool all_there() const {
    const Statistics now = server->statistics();
    std::array<int, 4> states{};
    for (const SessionStatistics& session : now.each_session)
      ++states[static_cast<std::size_t>(session.state)];
    return states[static_cast<std::size_t>(SessionState::greeting)] == 1 &&
           states[static_cast<std::size_t>(SessionState::negotiation)] == 1 &&
           states[static_cast<std::size_t>(SessionState::closing)] == 1 && now.sessions_in_command == 4 &&
           now.calls.pending == 1 && now.sessions.input_suspended == 1;
  }
  void called(const std::string& name) {
    if (!server && !in_end_ && name != "on_cancel" && !told_of_end(name)) ++called_after_end;
    if (!armed || !server || name != ends_at_) return;
    in_end_ = true;
    server.reset();
    in_end_ = false;
  }
  /// What passed before the end is told behind it, too.
  static bool told_of_end(const std::string& name) {
    return name == "sent" || name == "received" || name == "closed" || name == "opened";
  }
  Answer answer(const char* name) {
    called(name);
    return Answer::empty();
  }

  const std::string ends_at_;
  bool in_end_ = false;
};

TEST_CASE("a server may be destroyed inside each of its callbacks, with clients in every state",
          "[integration]") {
  const std::string where =
      GENERATE(as<std::string>(), "query-status", "stop", "cont", "system_reset", "system_powerdown", "quit",
               "preconfig", "handled", "late", "on_cancel", "log", "opened", "received", "sent", "closed");
  INFO(where);
  { House warm("nowhere"); }  // what a library opens once for all
  const std::size_t before = open_descriptors();
  {
    House house(where);
    house.seat_clients();
    const Emitter emitter = house.server->emitter();
    if (where == "on_cancel" || where == "closed") {
      ::shutdown(house.clients[2].fd(), SHUT_RDWR);
      house.clients.erase(house.clients.begin() + 2);
    } else if (where == "log") {
      for (int i = 0; i < kMaxTurns && house.server; ++i) {
        emitter.emit(Stop{});
        if (i % 100 == 99) house.server->dispatch();
      }
    } else if (where == "opened" || where == "received" || where == "sent" || where == "preconfig") {
      house.connect(kNegotiation + request("handled"));
    } else {
      house.connect(kNegotiation + request(where));
    }
    house.turn();
    REQUIRE(house.ended());
    emitter.emit(Stop{});  // counts, and nothing else
    for (QmpClient& client : house.clients) CHECK(reaches_end(client.fd()));
    CHECK(reaches_end(house.full.theirs.get()));
    CHECK(house.called_after_end == 0);
    CHECK(house.cancelled == static_cast<int>(house.calls.size()));
    for (Call& call : house.calls) {
      CHECK(call.cancelled());
      call.answer(Answer::empty());
    }
    CHECK(::access((house.directory / "s").c_str(), F_OK) != 0);
  }
  CHECK(open_descriptors() == before);
}

}  // namespace
}  // namespace qmpev::test
