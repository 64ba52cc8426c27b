// SPDX-License-Identifier: MIT
// On real UNIX sockets, driven by the real loop; who listens is the test.
#include "monitor/dialer.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <optional>
#include <string>

#include "base/tcp_socket.hpp"
#include "fake_room.hpp"
#include "loop/loop.hpp"
#include "monitor/unix_socket.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

struct House {
  Result<std::unique_ptr<Dialer>> dial(std::uint32_t reconnect_ms = 0) {
    return Dialer::create({.path = directory / "s", .form = WireForm::qemu, .reconnect_ms = reconnect_ms},
                          *loop, room.monitors, nullptr);
  }
  void run() {
    while (loop->poll(64) > 0) room.monitors.reap();
    room.monitors.reap();
  }
  /// Runs the loop once it has something to do; false when the bound is reached.
  bool wait() {
    pollfd ready{loop->fd(), POLLIN, 0};
    const bool due = ::poll(&ready, 1, 10'000) == 1;
    run();
    return due;
  }
  /// The next connection; closed when there is none.
  UniqueFd accept(const UnixSocket& socket) {
    return UniqueFd(::accept4(socket.fd(), nullptr, nullptr, SOCK_CLOEXEC));
  }

  /// Runs the loop until `done`, as often as it has something to do; false when the bound is reached.
  template <class Done>
  bool wait_until(Done done) {
    for (int rounds = 0; rounds < 10'000; ++rounds) {
      if (done()) return true;
      if (!wait()) return false;
    }
    return false;
  }

  TemporaryDirectory directory;
  std::unique_ptr<Loop> loop = std::move(Loop::create()).value();
  Lines log;
  FakeRoom room{
      kMinLogBytes, kMaxUnsentReplyBytes, {}, [this](LogLevel level, std::string_view sentence) {
        log.push_back((level == LogLevel::warning ? "warning: " : "info: ") + std::string(sentence));
      }};
};

std::string received(const UniqueFd& client) {
  char bytes[4096];
  const ssize_t count = ::recv(client.get(), bytes, sizeof bytes, MSG_DONTWAIT);
  return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : "";
}

TEST_CASE("who is dialled is greeted", "[monitor]") {
  House house;
  const UnixSocket socket = UnixSocket::listen(house.directory / "s").value();
  const auto dialer = house.dial();
  REQUIRE(dialer);
  const UniqueFd client = house.accept(socket);
  CHECK(received(client) == std::string(kGreeting) + "\r\n");
}

TEST_CASE("nobody there is a refusal, unless it is to be tried again", "[monitor]") {
  House house;
  const auto refused = house.dial();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::not_found);
  const auto dialer = house.dial(1);
  REQUIRE(dialer);
  const UnixSocket socket = UnixSocket::listen(house.directory / "s").value();
  UniqueFd client;
  for (int tries = 0; tries < 100 && !client; ++tries) {
    REQUIRE(house.wait());
    client = house.accept(socket);
  }
  CHECK(received(client) == std::string(kGreeting) + "\r\n");
}

TEST_CASE("a lost connection is dialled again, or stays lost", "[monitor]") {
  const std::uint32_t reconnect_ms = GENERATE(0u, 1u);
  House house;
  const UnixSocket socket = UnixSocket::listen(house.directory / "s").value();
  const auto dialer = house.dial(reconnect_ms);
  house.accept(socket);  // and closed again
  CHECK(house.wait());
  if (reconnect_ms == 0) {
    pollfd ready{house.loop->fd(), POLLIN, 0};
    CHECK(::poll(&ready, 1, 0) == 0);
    CHECK_FALSE(house.accept(socket));
    return;
  }
  UniqueFd again;
  for (int tries = 0; tries < 100 && !again; ++tries) {
    again = house.accept(socket);
    if (!again) REQUIRE(house.wait());
  }
  CHECK(received(again) == std::string(kGreeting) + "\r\n");
}

TEST_CASE("the log hears of the first attempt that fails and of the one that succeeds", "[monitor]") {
  House house;
  const std::string path = house.directory / "s";
  const std::string failed =
      "warning: cannot connect to " + path + ": No such file or directory: trying again every 1 ms";
  const auto dialer = std::move(house.dial(1)).value();
  CHECK(house.log.empty());  // the caller says when
  dialer->report();
  CHECK(house.log == Lines{failed});
  dialer->report();
  for (int attempts = 1; attempts < 4; ++attempts) REQUIRE(house.wait());
  CHECK(house.log == Lines{failed});
  auto socket = std::make_unique<UnixSocket>(UnixSocket::listen(path).value());
  UniqueFd client;
  REQUIRE(house.wait_until([&] { return static_cast<bool>(client = house.accept(*socket)); }));
  REQUIRE(house.log.size() == 2);
  CHECK(house.log[1].rfind("info: connected to " + path + " after ", 0) == 0);
  house.log.clear();
  socket.reset();
  client.reset();
  REQUIRE(house.wait_until([&] { return !house.log.empty(); }));
  CHECK(house.log == Lines{failed});
}

TEST_CASE("who is there at once is not worth a word", "[monitor]") {
  House house;
  const UnixSocket socket = UnixSocket::listen(house.directory / "s").value();
  const auto dialer = std::move(house.dial(1)).value();
  dialer->report();
  house.accept(socket);  // and closed again
  UniqueFd again;
  REQUIRE(house.wait_until([&] { return static_cast<bool>(again = house.accept(socket)); }));
  CHECK(house.log.empty());
}

TEST_CASE("a wrong address is refused", "[monitor]") {
  House house;
  const auto refused =
      Dialer::create({.path = "", .form = WireForm::qemu}, *house.loop, house.room.monitors, nullptr);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
}

/// The next connection to a TCP port; closed when there is none in time.
UniqueFd accept_from_port(int socket) {
  pollfd ready{socket, POLLIN, 0};
  if (::poll(&ready, 1, 10'000) != 1) return UniqueFd();
  return UniqueFd(::accept4(socket, nullptr, nullptr, SOCK_CLOEXEC));
}

TEST_CASE("a TCP port is dialled as well", "[monitor]") {
  House house;
  const TcpSocket socket = listen_on_tcp("127.0.0.1", 0).value();
  const TcpAddress address{"127.0.0.1", socket.address.port()};
  const auto dialer =
      Dialer::create({.form = WireForm::qemu, .tcp = address}, *house.loop, house.room.monitors, nullptr);
  REQUIRE(dialer);
  const UniqueFd client = accept_from_port(socket.fd.get());
  REQUIRE(client);
  house.run();
  pollfd ready{client.get(), POLLIN, 0};
  REQUIRE(::poll(&ready, 1, 10'000) == 1);
  CHECK(received(client) == std::string(kGreeting) + "\r\n");
  CHECK(house.room.statistics().each_session.at(0).listener == "tcp:" + socket.address.text());
}

TEST_CASE("a TCP port where nobody listens yet is dialled again", "[monitor]") {
  House house;
  std::optional<TcpSocket> socket = listen_on_tcp("127.0.0.1", 0).value();
  const TcpAddress address{"127.0.0.1", socket->address.port()};
  socket.reset();
  const auto dialer = Dialer::create({.form = WireForm::qemu, .reconnect_ms = 1, .tcp = address}, *house.loop,
                                     house.room.monitors, nullptr);
  REQUIRE(dialer);
  REQUIRE(house.wait());
  socket = listen_on_tcp("127.0.0.1", address.port).value();
  UniqueFd client;
  for (int tries = 0; tries < 100 && !client; ++tries) {
    house.wait();
    client = UniqueFd(::accept4(socket->fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  REQUIRE(client);
}

TEST_CASE("what cannot be dialled over TCP is refused", "[monitor]") {
  House house;
  const auto refused = [&](const std::string& host, std::uint16_t port) {
    return Dialer::create({.form = WireForm::qemu, .tcp = TcpAddress{host, port}}, *house.loop,
                          house.room.monitors, nullptr)
        .error();
  };
  CHECK(refused("localhost", 4444).code == ErrorCode::invalid_argument);
  CHECK(refused("127.0.0.1", 0).code == ErrorCode::invalid_argument);
  CHECK(refused("192.0.2.1", 4444).sentence.find("other machines reach 192.0.2.1:4444") == 0);
}

}  // namespace
}  // namespace qmpev::test
