// SPDX-License-Identifier: MIT
// Sockets that an embedder hands down: taken as a whole, or refused and left as they were.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/server.hpp>

#include "base/tcp_socket.hpp"
#include "base/unique_fd.hpp"
#include "support/tcp_client.hpp"
#include "support/temporary_directory.hpp"
#include "support/unix_client.hpp"

using namespace qmpev;
using test::TemporaryDirectory;
using test::UnixClient;

namespace {

/// Leaves the process `left` more descriptors, while it lives.
class Famine {
 public:
  explicit Famine(std::size_t left) {
    constexpr rlim_t kFew = 128;
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
    rlimit few = before_;
    few.rlim_cur = kFew;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    for (UniqueFd null; (null = UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));)
      eaten_.push_back(std::move(null));
    REQUIRE(eaten_.size() >= left);
    eaten_.resize(eaten_.size() - left);
  }
  ~Famine() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  Famine(const Famine&) = delete;
  Famine& operator=(const Famine&) = delete;

 private:
  rlimit before_{};
  std::vector<UniqueFd> eaten_;
};

/// A descriptor and what its holder could see of it.
struct HandedDown {
  explicit HandedDown(UniqueFd its_fd) : fd(std::move(its_fd)) {}
  bool untouched() const {
    return ::fcntl(fd.get(), F_GETFD) == descriptor_flags && ::fcntl(fd.get(), F_GETFL) == status_flags;
  }
  UniqueFd fd;
  int descriptor_flags = ::fcntl(fd.get(), F_GETFD);
  int status_flags = ::fcntl(fd.get(), F_GETFL);
};

struct House {
  HandedDown listening() {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket.get(), 8) == 0);
    return HandedDown(std::move(socket));
  }
  /// One end; `client` is the other.
  HandedDown connected() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    client.reset(ends[1]);
    return HandedDown(UniqueFd(ends[0]));
  }
  HandedDown connected_over_tcp() {
    const TcpSocket listening = listen_on_tcp("127.0.0.1", 0).value();
    client = test::connect_tcp("127.0.0.1", listening.address.port());
    return HandedDown(UniqueFd(::accept4(listening.fd.get(), nullptr, nullptr, 0)));
  }
  std::string received(int fd) {
    pollfd ready{fd, POLLIN, 0};
    for (int tries = 0; tries < 1'000 && ::poll(&ready, 1, 1) == 0; ++tries) server->dispatch();
    char bytes[4096];
    const ssize_t count = ::recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : "";
  }

  TemporaryDirectory folder;
  const std::string path = folder / "s";
  UniqueFd client;
  std::unique_ptr<Server> server = std::move(Server::create({})).value();
};

bool is_delayed(int fd) {
  int no_delay = 1;
  socklen_t size = sizeof no_delay;
  REQUIRE(::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size) == 0);
  return no_delay == 0;
}

/// Listens on all addresses, but nothing from outside gets there. None where the kernel does not let us.
UniqueFd listening_on_all_addresses() {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_BINDTODEVICE, "lo", 2) != 0) return UniqueFd();
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(socket.get(), 8) == 0);
  return socket;
}

bool greets(const std::string& text) {
  return text.rfind("{\"QMP\": ", 0) == 0;
}

}  // namespace

TEST_CASE("a socket that is refused stays open and as it was", "[integration]") {
  House house;
  ListenerConfig config{.path = "fd", .form = WireForm::qemu};
  SECTION("the configuration is of no use") {
    HandedDown socket = house.listening();
    SECTION("no wire form") {
      config.form = ListenerConfig().form;
    }
    SECTION("no client may come") {
      config.max_clients = 0;
    }
    const auto refused = house.server->adopt(socket.fd.get(), config);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(socket.untouched());
  }
  SECTION("it is no socket to serve") {
    HandedDown socket(UniqueFd(::socket(AF_UNIX, SOCK_STREAM, 0)));
    CHECK(house.server->adopt(socket.fd.get(), config).error().code == ErrorCode::invalid_argument);
    CHECK(socket.untouched());
  }
  SECTION("descriptors are short where it listens") {
    HandedDown socket = house.listening();
    const std::size_t left = GENERATE(0u, 1u);
    const Famine famine(left);
    const auto refused = house.server->adopt(socket.fd.get(), config);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::system);
    CHECK(socket.untouched());
    CHECK_FALSE(house.server->dispatch());
  }
  SECTION("descriptors are short where it is connected") {
    HandedDown socket = house.connected();
    const Famine famine(0);
    CHECK(house.server->adopt(socket.fd.get(), config).error().code == ErrorCode::system);
    CHECK(socket.untouched());
  }
}

TEST_CASE("a socket that was refused for want of descriptors is served when there are some",
          "[integration]") {
  House house;
  const ListenerConfig config{.path = "fd", .form = WireForm::qemu};
  HandedDown socket = house.listening();
  {
    const Famine famine(1);
    REQUIRE_FALSE(house.server->adopt(socket.fd.get(), config));
  }
  REQUIRE(house.server->adopt(socket.fd.release(), config));
  const UnixClient client(house.path);
  CHECK(greets(house.received(client.fd())));
}

TEST_CASE("a connected socket that is taken is one client, and goes with the server", "[integration]") {
  House house;
  HandedDown socket = house.connected();
  REQUIRE(house.server->adopt(socket.fd.release(), {.path = "fd", .form = WireForm::qemu}));
  CHECK(greets(house.received(house.client.get())));
  CHECK(house.server->statistics().sessions_open == 1);
  house.server.reset();
  char byte;
  CHECK(::recv(house.client.get(), &byte, 1, MSG_DONTWAIT) == 0);
}

TEST_CASE("the file of a listening socket that was taken stays when the server goes", "[integration]") {
  House house;
  HandedDown socket = house.listening();
  REQUIRE(house.server->adopt(socket.fd.release(), {.path = "fd", .form = WireForm::qemu}));
  house.server.reset();
  CHECK(::access(house.path.c_str(), F_OK) == 0);
  CHECK(UnixClient(house.path).error() == ECONNREFUSED);
}

TEST_CASE("a port that is handed down is guarded like one that was asked for", "[integration]") {
  House house;
  auto socket = listen_on_tcp("127.0.0.1", 0).value();
  const std::uint16_t port = socket.address.port();
  ListenerConfig config{.path = "fd", .form = WireForm::qemu};
  const bool full = GENERATE(true, false);
  if (full) config.role = ListenerRole::full;
  REQUIRE(house.server->adopt(socket.fd.release(), config));
  CHECK(house.server->addresses().at(0).name == "tcp:127.0.0.1:" + std::to_string(port));
  CHECK(house.server->addresses().at(0).port == port);
  const UniqueFd client = test::connect_tcp("127.0.0.1", port);
  CHECK(greets(house.received(client.get())));
  CHECK(house.server->statistics().each_session.at(0).role ==
        (full ? ListenerRole::full : ListenerRole::events_only));
  REQUIRE(::send(client.get(), "GET / HTTP/1.1\r\n", 16, MSG_NOSIGNAL) == 16);
  CHECK(house.received(client.get()).empty());
  CHECK(house.server->statistics().sessions.refused_http == 1);
}

TEST_CASE("so is one end of a connection over TCP", "[integration]") {
  House house;
  auto listening = listen_on_tcp("127.0.0.1", 0).value();
  const UniqueFd client = test::connect_tcp("127.0.0.1", listening.address.port());
  UniqueFd accepted(::accept4(listening.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
  REQUIRE(accepted);
  REQUIRE(house.server->adopt(accepted.release(), {.path = "fd", .form = WireForm::qemu}));
  CHECK(greets(house.received(client.get())));
  CHECK(house.server->statistics().each_session.at(0).role == ListenerRole::events_only);
  REQUIRE(::send(client.get(), "GET / HTTP/1.1\r\n", 16, MSG_NOSIGNAL) == 16);
  CHECK(house.received(client.get()).empty());
  CHECK(house.server->statistics().sessions.refused_http == 1);
}

TEST_CASE("a port that other machines reach is refused, and stays as it was, unless it is meant",
          "[integration]") {
  House house;
  UniqueFd all = listening_on_all_addresses();
  if (!all) {
    WARN("this kernel does not let us bind to a device");
    return;
  }
  HandedDown socket(std::move(all));
  ListenerConfig config{.path = "fd", .form = WireForm::qemu};
  const auto refused = house.server->adopt(socket.fd.get(), config);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().sentence.find("other machines reach 0.0.0.0:") == 0);
  CHECK(socket.untouched());
  config.allowed_uids = {0};
  config.beyond_loopback = true;
  CHECK_FALSE(house.server->adopt(socket.fd.get(), config));
  CHECK(socket.untouched());
  config.allowed_uids.clear();
  CHECK(house.server->adopt(socket.fd.release(), config));
}

TEST_CASE("a connection over TCP is neither delayed nor waited for, once it is taken", "[integration]") {
  House house;
  HandedDown socket = house.connected_over_tcp();
  const UniqueFd shown(::fcntl(socket.fd.get(), F_DUPFD_CLOEXEC, 0));
  const ListenerConfig config{.path = "fd", .form = WireForm::qemu};
  {
    const Famine famine(0);
    CHECK(house.server->adopt(socket.fd.get(), config).error().code == ErrorCode::system);
  }
  ListenerConfig with_users = config;
  with_users.allowed_uids = {0};
  CHECK(house.server->adopt(socket.fd.get(), with_users).error().code == ErrorCode::invalid_argument);
  CHECK(socket.untouched());
  CHECK(is_delayed(shown.get()));
  REQUIRE(house.server->adopt(socket.fd.release(), config));
  CHECK_FALSE(is_delayed(shown.get()));
  CHECK((::fcntl(shown.get(), F_GETFL) & O_NONBLOCK) != 0);
}

TEST_CASE("who is silent at a port or over a connection that was handed down has its time", "[integration]") {
  House house;
  const bool listens = GENERATE(true, false);
  TcpSocket listening = listen_on_tcp("127.0.0.1", 0).value();
  HandedDown socket = listens ? HandedDown(std::move(listening.fd)) : house.connected_over_tcp();
  const ListenerConfig config{.path = "fd", .form = WireForm::qemu, .negotiation_timeout_ms = 1};
  REQUIRE(house.server->adopt(socket.fd.release(), config));
  if (listens) house.client = test::connect_tcp("127.0.0.1", listening.address.port());
  CHECK(greets(house.received(house.client.get())));
  CHECK(house.received(house.client.get()).empty());  // the end
  CHECK(house.server->statistics().sessions.not_negotiated == 1);
}
