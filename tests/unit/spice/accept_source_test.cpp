// SPDX-License-Identifier: MIT
#include "spice/accept_source.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <memory>
#include <vector>

#include <catch2/catch.hpp>

#include "monitor/unix_socket.hpp"
#include "support/temporary_directory.hpp"

using namespace qmpev;

namespace {

struct Door {
  UniqueFd connect() const {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    REQUIRE(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return fd;
  }
  bool turn() const { return g_main_context_iteration(context.get(), FALSE) != FALSE; }

  struct Unref {
    void operator()(GMainContext* its_context) const noexcept { g_main_context_unref(its_context); }
  };
  test::TemporaryDirectory folder;
  const std::string path = folder / "s";
  UnixSocket socket = UnixSocket::listen(path).value();
  std::unique_ptr<GMainContext, Unref> context{g_main_context_new()};
  std::vector<UniqueFd> clients;
  std::unique_ptr<AcceptSource> source = std::make_unique<AcceptSource>(
      socket.fd(), context.get(), [this](UniqueFd client) { clients.push_back(std::move(client)); });
};

}  // namespace

TEST_CASE("every client is handed over, a budget of them in a turn", "[spice]") {
  Door door;
  CHECK_FALSE(door.turn());
  std::vector<UniqueFd> waiting;
  for (int client = 0; client < AcceptSource::kBudget + 1; ++client) waiting.push_back(door.connect());
  CHECK(door.turn());
  CHECK(door.clients.size() == AcceptSource::kBudget);
  CHECK(door.turn());
  CHECK(door.clients.size() == AcceptSource::kBudget + 1);
  CHECK_FALSE(door.turn());
  for (const UniqueFd& client : door.clients) CHECK((::fcntl(client.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("out of descriptors the loop does not spin, and goes on when there are some", "[spice]") {
  Door door;
  const UniqueFd waiting = door.connect();
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit none = before;
  none.rlim_cur = 3;  // fewer than are open
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const bool looked = door.turn();
  const bool looked_again = door.turn();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(looked);
  CHECK_FALSE(looked_again);
  CHECK(door.clients.empty());
  for (int turn = 0; turn < 4 && door.clients.empty(); ++turn)
    g_main_context_iteration(door.context.get(), TRUE);
  CHECK(door.clients.size() == 1);
}

TEST_CASE("a source that is gone takes nobody", "[spice]") {
  Door door;
  const UniqueFd waiting = door.connect();
  door.source.reset();
  CHECK_FALSE(door.turn());
  CHECK(door.clients.empty());
}
