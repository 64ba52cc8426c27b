// SPDX-License-Identifier: MIT
// Sockets that an embedder hands down: taken as a whole, or refused and left as they were.
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <qmpev/server.hpp>

#include "base/unique_fd.hpp"
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
