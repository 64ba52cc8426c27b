// SPDX-License-Identifier: MIT
#include "cli/qmp_client.hpp"

#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>
#include <vector>

using namespace qmpev;

namespace {

constexpr const char* kGreeting = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n";

/// A client, and the server's end of its connection.
struct Fixture {
  Fixture() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    server = UniqueFd(ends[0]);
    client = std::make_unique<QmpClient>(UniqueFd(ends[1]));
  }
  void send(std::string_view bytes) {
    REQUIRE(::send(server.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  bool receive() {
    return client->receive([this](const std::string& line) { events.push_back(line); });
  }
  std::string received_by_server() {
    std::array<char, 4096> bytes{};
    const ssize_t got = ::recv(server.get(), bytes.data(), bytes.size(), 0);
    return got > 0 ? std::string(bytes.data(), static_cast<std::size_t>(got)) : "";
  }
  void negotiate() {
    send(kGreeting);
    REQUIRE(receive());
    received_by_server();
    send("{\"return\": {}}\r\n");
    REQUIRE(receive());
    REQUIRE(client->negotiated());
  }

  UniqueFd server;
  std::unique_ptr<QmpClient> client;
  std::vector<std::string> events;
};

}  // namespace

TEST_CASE("the client waits for the greeting, negotiates, and then has events", "[cli]") {
  Fixture fixture;
  REQUIRE(fixture.receive());
  CHECK(fixture.received_by_server() == "");
  fixture.send(kGreeting);
  REQUIRE(fixture.receive());
  CHECK(fixture.received_by_server() == "{\"execute\": \"qmp_capabilities\"}\r\n");
  CHECK_FALSE(fixture.client->negotiated());
  fixture.send("{\"return\": {}}\r\n{\"event\": \"STOP\"}\r\n");
  REQUIRE(fixture.receive());
  CHECK(fixture.client->negotiated());
  CHECK(fixture.events == std::vector<std::string>{"{\"event\": \"STOP\"}"});
}

TEST_CASE("lines may come one byte at a time", "[cli]") {
  Fixture fixture;
  for (const char byte : std::string(kGreeting) + "{\"return\": {}}\r\n{\"event\": \"STOP\"}\r\n") {
    fixture.send({&byte, 1});
    REQUIRE(fixture.receive());
  }
  CHECK(fixture.events.size() == 1);
}

TEST_CASE("each reply goes to the command it answers, also between events", "[cli]") {
  Fixture fixture;
  fixture.negotiate();
  std::vector<std::string> replies;
  const auto note = [&](const std::string& line) { replies.push_back(line); };
  CHECK(fixture.client->execute("a", R"({"x": 1})", note));
  CHECK(fixture.received_by_server() == "{\"execute\": \"a\", \"arguments\": {\"x\": 1}}\r\n");
  CHECK(fixture.client->execute("b"));
  CHECK(fixture.client->execute("c", {}, note));
  fixture.send(
      "{\"event\": \"STOP\"}\r\n{\"return\": 1}\r\n{\"return\": 2}\r\n{\"error\": 3}\r\n{\"return\": 4}\r\n");
  REQUIRE(fixture.receive());
  CHECK(replies == std::vector<std::string>{"{\"return\": 1}", "{\"error\": 3}"});
  CHECK(fixture.events.size() == 1);
}

TEST_CASE("replies to later commands are no events", "[cli]") {
  Fixture fixture;
  fixture.negotiate();
  CHECK(fixture.client->execute("cont"));
  CHECK(fixture.received_by_server() == "{\"execute\": \"cont\"}\r\n");
  fixture.send("{\"return\": {}}\r\n{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}\r\n");
  REQUIRE(fixture.receive());
  CHECK(fixture.events.empty());
}

TEST_CASE("a server that closes is lost, its last events are not", "[cli]") {
  Fixture fixture;
  fixture.negotiate();
  fixture.send("{\"event\": \"SHUTDOWN\"}\r\n");
  fixture.server.reset();
  CHECK_FALSE(fixture.receive());
  CHECK(fixture.events.size() == 1);
  CHECK(fixture.client->reason() == "the server has closed the connection");
}

TEST_CASE("a server that greets and closes has closed", "[cli]") {
  Fixture fixture;
  fixture.send(kGreeting);
  fixture.server.reset();
  CHECK_FALSE(fixture.receive());
  CHECK(fixture.client->reason() == "the server has closed the connection");
}

TEST_CASE("a server that is no QMP server is lost with the reason", "[cli]") {
  Fixture fixture;
  SECTION("it does not speak JSON") {
    fixture.send("SSH-2.0-\x1b[31m\r\n");
    CHECK_FALSE(fixture.receive());
    CHECK(fixture.client->reason() == "this is not a QMP server: it sent `SSH-2.0-?[31m`");
  }
  SECTION("it does not greet") {
    fixture.send("{\"return\": {}}\r\n");
    CHECK_FALSE(fixture.receive());
    CHECK(fixture.client->reason() == "this is not a QMP server: it did not greet");
  }
  SECTION("it refuses to negotiate") {
    fixture.send(kGreeting);
    REQUIRE(fixture.receive());
    fixture.send("{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}\r\n");
    CHECK_FALSE(fixture.receive());
    CHECK(fixture.client->reason() ==
          "the server refused to negotiate: {\"class\": \"GenericError\", \"desc\": \"no\"}");
  }
}

TEST_CASE("a line without end is refused", "[cli]") {
  Fixture fixture;
  fixture.send("{\"QMP\": \"");
  const std::string piece(std::size_t{64} << 10, 'x');
  bool alive = true;
  for (std::size_t sent = 0; alive && sent < 2 * kMaxReceivedLineBytes; sent += piece.size()) {
    fixture.send(piece);
    alive = fixture.receive();
  }
  CHECK_FALSE(alive);
  CHECK(fixture.client->reason() == "the server sent a line of more than 1048576 bytes");
}

TEST_CASE("a socket that is not there names the program that makes one", "[cli]") {
  const auto refused = QmpClient::connect("/nonexistent/qmpev.sock");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::not_found);
  CHECK(refused.error().sentence ==
        "there is no socket /nonexistent/qmpev.sock: start a server with `qmpev serve`");
}

TEST_CASE("a file that is no socket is not taken for one whose server has gone", "[cli]") {
  const auto refused = QmpClient::connect("/dev/null");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().sentence == "/dev/null is not a socket: name the one that `qmpev serve` listens on");
}
