// SPDX-License-Identifier: MIT
// What the kernel says when it is out of something: this program's accept4() and send() fail as a test says,
// before they get to the kernel. A server neither spins nor gives up a client for it, and goes on when there
// is room again.
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <qmpev/events.hpp>
#include <qmpev/server.hpp>

#include "support/tcp_client.hpp"
#include "support/temporary_directory.hpp"
#include "support/unix_client.hpp"

namespace {

/// So many of the next calls fail, with this.
struct Fault {
  int times = 0;
  int error = 0;
  int calls = 0;  ///< those that got through included

  bool strikes() {
    ++calls;
    if (times == 0) return false;
    --times;
    errno = error;
    return true;
  }
};
Fault accept_fault;
Fault send_fault;

}  // namespace

extern "C" int accept4(int socket, sockaddr* address, socklen_t* size, int flags) {
  if (accept_fault.strikes()) return -1;
  return static_cast<int>(::syscall(SYS_accept4, socket, address, size, flags));
}

extern "C" ssize_t send(int socket, const void* bytes, std::size_t size, int flags) {
  if (send_fault.strikes()) return -1;
  return ::syscall(SYS_sendto, socket, bytes, size, flags, nullptr, 0);
}

namespace qmpev::test {
namespace {

constexpr int kForEver = 1 << 30;

struct House {
  explicit House(bool tcp) {
    accept_fault = send_fault = {};
    ServerConfig config;
    config.log = [this](LogLevel, std::string_view text) { said.emplace_back(text); };
    server = Server::create(std::move(config)).value();
    ListenerConfig listener{.path = folder / "s", .form = WireForm::qemu};
    if (tcp) listener.tcp = TcpAddress{"127.0.0.1", 0};
    REQUIRE(server->listen(listener));
  }
  ~House() { accept_fault = send_fault = {}; }

  UnixClient connect() {
    const std::uint16_t port = server->addresses().front().port;
    return port != 0 ? UnixClient(connect_tcp("127.0.0.1", port)) : UnixClient(folder / "s");
  }
  /// Dispatches while the server's descriptor says so, at most for so long. How often that was.
  int run_for(int milliseconds) {
    int dispatches = 0;
    for (pollfd wait{server->fd(), POLLIN, 0}; ::poll(&wait, 1, milliseconds) == 1; ++dispatches) {
      REQUIRE(dispatches < 1'000);
      server->dispatch();
    }
    return dispatches;
  }

  TemporaryDirectory folder;
  std::vector<std::string> said;
  std::unique_ptr<Server> server;
};

TEST_CASE("a listener that cannot accept looks away, says so once, and comes back", "[integration]") {
  const bool tcp = GENERATE(false, true);
  const int error = GENERATE(EMFILE, ENFILE, ENOBUFS, ENOMEM);
  INFO((tcp ? "tcp, " : "unix, ") << error);
  House house(tcp);
  accept_fault.error = error;
  accept_fault.times = kForEver;
  UnixClient client = house.connect();
  REQUIRE(client.error() == 0);
  // Once for the client, then at most once for each time the timer ends: no other cause to turn.
  const int dispatches = house.run_for(20);
  CHECK(dispatches >= 1);
  CHECK(dispatches <= 4);
  CHECK(accept_fault.calls <= 4);
  CHECK(house.server->statistics().sessions.accept_paused >= 1);
  CHECK(house.server->statistics().sessions.accepted == 0);
  CHECK(house.said.size() == 1);
  accept_fault.times = 0;
  while (house.server->statistics().sessions.accepted == 0) REQUIRE(house.run_for(2'000) > 0);
  CHECK(client.wait());
  CHECK(client.take()->rfind("{\"QMP\"", 0) == 0);
}

TEST_CASE("a client that has gone before it is let in costs nobody anything", "[integration]") {
  const bool tcp = GENERATE(false, true);
  const int error = GENERATE(ECONNABORTED, EINTR);
  House house(tcp);
  accept_fault.error = error;
  accept_fault.times = 1;
  UnixClient client = house.connect();
  house.run_for(0);
  CHECK(accept_fault.calls >= 2);
  CHECK(house.server->statistics().sessions.accept_paused == 0);
  CHECK(house.server->statistics().sessions.accepted == 1);
  CHECK(client.wait());
  CHECK(house.said.empty());
}

TEST_CASE("a kernel without buffers loses no client and no byte", "[integration]") {
  const bool tcp = GENERATE(false, true);
  const int error = GENERATE(ENOBUFS, ENOMEM, EAGAIN, EINTR);
  INFO((tcp ? "tcp, " : "unix, ") << error);
  House house(tcp);
  UnixClient client = house.connect();
  house.run_for(0);
  send_fault = {0, error, 0};
  REQUIRE(client.send("{\"execute\":\"qmp_capabilities\"}"));
  send_fault = {3, error, 0};
  house.run_for(10);
  CHECK(send_fault.times == 0);
  house.server->emitter().emit(Stop{});
  send_fault = {3, error, 0};
  house.run_for(10);
  CHECK(send_fault.times == 0);
  CHECK(house.server->statistics().sessions_open == 1);
  CHECK(house.server->statistics().sessions.dropped == 0);
  std::string got;
  while (got.find("STOP") == std::string::npos) {
    REQUIRE(client.wait());
    got += client.take().value_or("");
  }
  CHECK(got.find("{\"return\": {}}") < got.find("STOP"));
}

}  // namespace
}  // namespace qmpev::test
