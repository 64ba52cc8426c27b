// SPDX-License-Identifier: MIT
// Every way a client comes in, through the C interface.
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>

#include <catch2/catch.hpp>

#include <qmpev/qmpev.h>

#include "base/tcp_socket.hpp"
#include "base/unique_fd.hpp"
#include "support/tcp_client.hpp"
#include "support/temporary_directory.hpp"
#include "support/unix_client.hpp"

using namespace qmpev;
using test::UnixClient;

namespace {

struct House {
  ~House() { qmpev_server_free(server); }
  /// What `client` receives of a server that dispatches until there is something.
  std::string received(UnixClient& client) {
    for (int turn = 0; turn < 1000; ++turn) {
      qmpev_server_dispatch(server);
      const auto text = client.take();
      if (!text) return "closed";
      if (!text->empty()) return *text;
    }
    return "nothing";
  }
  bool greets(UnixClient& client) { return received(client).find("{\"QMP\": ") == 0; }
  /// What is answered to a command of the full role behind a negotiation.
  std::string told_of_statistics(UnixClient& client) {
    REQUIRE(client.send(R"({"execute":"qmp_capabilities"}{"execute":"x-qmpev-statistics"})"));
    std::string all = received(client);
    if (all.find("error") == std::string::npos) all += received(client);
    INFO(all);
    return all;
  }

  test::TemporaryDirectory folder;
  qmpev_server* server = qmpev_server_new(nullptr);
};

qmpev_monitor_options options() {
  qmpev_monitor_options options{};
  options.size = sizeof options;
  return options;
}

bool says(const std::string& part) {
  INFO(qmpev_last_error());
  return std::strstr(qmpev_last_error(), part.c_str()) != nullptr;
}

}  // namespace

TEST_CASE("a port is found by its number, and is for events", "[capi]") {
  House house;
  qmpev_monitor_options port = options();
  port.host = "127.0.0.1";
  REQUIRE(qmpev_server_listen(house.server, QMPEV_WIRE_QEMU, &port) == 0);
  const int number = qmpev_server_get_port(house.server, 0);
  REQUIRE(number > 0);
  char address[64];
  const std::string expected = "tcp:127.0.0.1:" + std::to_string(number);
  CHECK(qmpev_server_get_address(house.server, 0, address, sizeof address) ==
        static_cast<int>(expected.size()));
  CHECK(address == expected);
  CHECK(qmpev_server_get_address(house.server, 0, address, 5) == static_cast<int>(expected.size()));
  CHECK(std::string(address) == "tcp:");
  CHECK(qmpev_server_get_address(house.server, 0, nullptr, 0) == static_cast<int>(expected.size()));
  UnixClient client(test::connect_tcp("127.0.0.1", static_cast<std::uint16_t>(number)));
  CHECK(house.greets(client));
  CHECK_THAT(house.told_of_statistics(client), Catch::Contains("for events only"));
  CHECK(qmpev_server_get_port(house.server, 1) == -ENOENT);
  CHECK(says("there is no listener 1"));
  CHECK(qmpev_server_get_address(house.server, 1, address, sizeof address) == -ENOENT);
  port.host = "0.0.0.0";
  CHECK(qmpev_server_listen(house.server, QMPEV_WIRE_QEMU, &port) == -EINVAL);
  CHECK(says("other machines reach"));
}

TEST_CASE("a socket's options hold", "[capi]") {
  House house;
  const std::string path = house.folder / "s";
  qmpev_monitor_options socket = options();
  socket.path = path.c_str();
  socket.max_clients = 1;
  socket.role = QMPEV_ROLE_EVENTS_ONLY;
  REQUIRE(qmpev_server_listen(house.server, QMPEV_WIRE_DOCUMENT, &socket) == 0);
  CHECK(qmpev_server_get_port(house.server, 0) == 0);
  UnixClient first(path);
  CHECK(house.greets(first));
  UnixClient second(path);
  CHECK(house.received(second) == "closed");
  CHECK_THAT(house.told_of_statistics(first), Catch::Contains("for events only"));
}

TEST_CASE("sockets that are handed down are served, or stay", "[capi]") {
  House house;
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  UnixClient client{UniqueFd(ends[1])};
  CHECK(qmpev_server_adopt(house.server, ends[0], 7, nullptr) == -EINVAL);
  REQUIRE(qmpev_server_adopt(house.server, ends[0], QMPEV_WIRE_QEMU, nullptr) == 0);
  CHECK(house.greets(client));
  CHECK(qmpev_server_adopt(house.server, -1, QMPEV_WIRE_QEMU, nullptr) == -EINVAL);
  CHECK(says("is not open"));
  auto listening = listen_on_tcp("127.0.0.1", 0).value();
  const std::uint16_t port = listening.address.port();
  REQUIRE(qmpev_server_adopt(house.server, listening.fd.release(), QMPEV_WIRE_QEMU, nullptr) == 0);
  CHECK(qmpev_server_get_port(house.server, 0) == port);
}

TEST_CASE("a server dials, and converses over two descriptors", "[capi]") {
  House house;
  House other;
  const auto listening = listen_on_tcp("127.0.0.1", 0).value();
  qmpev_monitor_options line = options();
  line.host = "127.0.0.1";
  line.port = listening.address.port();
  REQUIRE(qmpev_server_dial(house.server, QMPEV_WIRE_QEMU, &line) == 0);
  UniqueFd accepted(::accept4(listening.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
  UnixClient client(std::move(accepted));
  CHECK(house.greets(client));
  const std::string nobody = house.folder / "nobody";
  line = options();
  line.path = nobody.c_str();
  CHECK(qmpev_server_dial(house.server, QMPEV_WIRE_QEMU, &line) == -ENOENT);
  CHECK(says("cannot connect to"));
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const UniqueFd ours(ends[0]);
  UnixClient speaker{UniqueFd(ends[1])};
  REQUIRE(qmpev_server_converse(other.server, ours.get(), ours.get(), QMPEV_WIRE_QEMU, nullptr) == 0);
  CHECK(other.greets(speaker));
}

TEST_CASE("no server, no monitor", "[capi]") {
  const qmpev_monitor_options any = options();
  char text[8];
  CHECK(qmpev_server_listen(nullptr, QMPEV_WIRE_QEMU, &any) == -EINVAL);
  CHECK(says("qmpev_server_listen needs a server"));
  CHECK(qmpev_server_adopt(nullptr, 0, QMPEV_WIRE_QEMU, nullptr) == -EINVAL);
  CHECK(qmpev_server_dial(nullptr, QMPEV_WIRE_QEMU, &any) == -EINVAL);
  CHECK(qmpev_server_converse(nullptr, 0, 1, QMPEV_WIRE_QEMU, nullptr) == -EINVAL);
  CHECK(qmpev_server_get_address(nullptr, 0, text, sizeof text) == -EINVAL);
  CHECK(qmpev_server_get_port(nullptr, 0) == -EINVAL);
}
