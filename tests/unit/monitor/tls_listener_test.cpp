// SPDX-License-Identifier: MIT
// TCP listeners with TLS, on real sockets; time is the test's.
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include "base/tcp_socket.hpp"
#include "listener_house.hpp"
#include "monitor/inherited_socket.hpp"
#include "support/tcp_client.hpp"
#include "support/tls_peer.hpp"
#include "support/tls_realm.hpp"

namespace qmpev::test {
namespace {

ListenerConfig secured(const TlsRealm& realm, const std::string& host = "127.0.0.1") {
  ListenerConfig config;
  config.form = WireForm::qemu;
  config.tcp = TcpAddress{host, 0};
  config.tls = realm.config();
  return config;
}

struct Client {
  Client(const Listener& listener, const Certificate* own)
      : socket(connect_tcp("127.0.0.1", listener.address().port)),
        peer(
            {.send = [this](const void* bytes,
                            std::size_t size) { ::send(socket.get(), bytes, size, MSG_NOSIGNAL); },
             .receive = [this](void* bytes,
                               std::size_t size) { return ::recv(socket.get(), bytes, size, MSG_DONTWAIT); }},
            own) {
    REQUIRE(socket);
    send_at_once(socket.get());  // nothing of a handshake waits for what only time brings
  }
  UniqueFd socket;
  TlsPeer peer;
};

/// Both ends do what they can; what one has sent to the other is there at once.
void run(House& house, Client& client) {
  for (int round = 0; round < 10; ++round) {
    client.peer.proceed();
    house.run();
  }
}

const std::string kGreetingLine = std::string(kGreeting) + "\r\n";
const std::string kNegotiatedLine = std::string(kNegotiated) + "\r\n";

TEST_CASE("a client with a certificate is greeted, negotiates, and hears events", "[monitor]") {
  TlsRealm realm;
  House house;
  const auto listener = house.listen(secured(realm));
  const Certificate own = realm.issue("client");
  Client client(*listener, &own);
  run(house, client);
  CHECK(client.peer.received == kGreetingLine);
  client.peer.send(kNegotiate);
  run(house, client);
  house.room.emit("X");
  run(house, client);
  CHECK(client.peer.received == kGreetingLine + kNegotiatedLine + FakeRoom::line_of("X", "q"));
  CHECK(house.room.statistics().each_session.at(0).role == ListenerRole::events_only);
  CHECK(house.room.statistics().sessions.refused_tls == 0);
}

TEST_CASE("who proves nothing is closed, counted, and logged as often as their number has doubled",
          "[monitor]") {
  std::vector<std::string> said;
  TlsRealm realm;
  House house([&](LogLevel, std::string_view text) { said.emplace_back(text); });
  const auto listener = house.listen(secured(realm));
  for (std::uint64_t i = 1; i <= 5; ++i) {
    Client client(*listener, nullptr);
    run(house, client);
    CHECK(client.peer.received.empty());
    CHECK(client.peer.error != 0);
    CHECK(house.room.statistics().sessions.refused_tls == i);
    CHECK(house.room.statistics().sessions.closed == i);
    CHECK(listener->clients() == 0);
  }
  REQUIRE(said.size() == 3);
  CHECK(said[0].find(listener->address().name + " did not prove who it is") != std::string::npos);
  CHECK(said[2].find("(4 so far)") != std::string::npos);
}

TEST_CASE("one that proves to be somebody else is closed at once, though it says nothing more", "[monitor]") {
  TlsRealm realm;
  House house;
  ListenerConfig config = secured(realm);
  config.tls->allowed_names = {"ops"};
  const auto listener = house.listen(config);
  const Certificate own = realm.issue("guest");
  Client client(*listener, &own);
  run(house, client);
  CHECK(client.peer.received.empty());
  CHECK(client.peer.alert == GNUTLS_A_ACCESS_DENIED);
  CHECK(listener->clients() == 0);
  CHECK(house.room.statistics().sessions.refused_tls == 1);
}

TEST_CASE("one that says nothing is closed after 30 s", "[monitor]") {
  TlsRealm realm;
  House house;
  const auto listener = house.listen(secured(realm));
  Client client(*listener, nullptr);
  house.run();
  house.room.clock.advance_us(std::int64_t{kTcpNegotiationTimeoutMs} * 1000 - 1);
  house.run();
  CHECK(listener->clients() == 1);
  house.room.clock.advance_us(1);
  house.run();
  CHECK(listener->clients() == 0);
  CHECK(house.room.statistics().sessions.not_negotiated == 1);
}

TEST_CASE("one that speaks plainly is none", "[monitor]") {
  TlsRealm realm;
  House house;
  const auto listener = house.listen(secured(realm));
  const UniqueFd socket = connect_tcp("127.0.0.1", listener->address().port);
  REQUIRE(socket);
  const std::string text = GENERATE("{\"execute\":\"qmp_capabilities\"}\r\n", "GET / HTTP/1.1\r\n\r\n");
  REQUIRE(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
  house.run();
  CHECK(house.room.statistics().sessions.refused_tls == 1);
  CHECK(house.room.statistics().sessions.closed == 1);
}

TEST_CASE("a browser that has a certificate is refused what it says, too", "[monitor]") {
  TlsRealm realm;
  House house;
  const auto listener = house.listen(secured(realm));
  const Certificate own = realm.issue("client");
  Client client(*listener, &own);
  run(house, client);
  client.peer.send("POST / HTTP/1.1\r\n\r\n" + std::string(kNegotiate));
  run(house, client);
  CHECK(client.peer.received == kGreetingLine);
  CHECK(client.peer.ended);
  CHECK(house.room.statistics().sessions.refused_http == 1);
}

TEST_CASE("with TLS an address beyond loopback is left to the system, which refuses one that is not its own",
          "[monitor]") {
  TlsRealm realm;
  House house;
  ListenerConfig config = secured(realm, "192.0.2.1");  // RFC 5737: nobody has it
  const bool by_tls = GENERATE(true, false);
  if (!by_tls) config.tls.reset();
  const auto refused = Listener::create(config, *house.loop, house.room.monitors);
  REQUIRE_FALSE(refused);
  CHECK((refused.error().sentence.find("this machine has no address") != std::string::npos) == by_tls);
  CHECK((refused.error().sentence.find("other machines reach") != std::string::npos) == !by_tls);
}

TEST_CASE("a port that was handed down has TLS, too", "[monitor]") {
  TlsRealm realm;
  House house;
  TcpSocket port = listen_on_tcp("127.0.0.1", 0).value();
  const auto found = inspect_socket(port.fd.get());
  ListenerConfig config = secured(realm);
  config.tcp->port = port.address.port();
  const auto listener =
      Listener::adopt(std::move(port.fd), found.value(), config, *house.loop, house.room.monitors);
  REQUIRE(listener);
  const Certificate own = realm.issue("client");
  Client client(*listener.value(), &own);
  run(house, client);
  CHECK(client.peer.received == kGreetingLine);
}

TEST_CASE("files that are no good are found before anything listens", "[monitor]") {
  TlsRealm realm;
  House house;
  realm.write("ca-cert.pem", "nothing");
  const auto refused = Listener::create(secured(realm), *house.loop, house.room.monitors);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK(refused.error().sentence.find("ca-cert.pem") != std::string::npos);
}

TEST_CASE("sessions outlive their listener", "[monitor]") {
  TlsRealm realm;
  House house;
  auto listener = house.listen(secured(realm));
  const Certificate own = realm.issue("client");
  Client client(*listener, &own);
  const bool greeted = GENERATE(true, false);
  if (greeted) run(house, client);
  client.peer.proceed();
  house.run();
  listener.reset();
  run(house, client);
  CHECK(client.peer.received == kGreetingLine);
}

}  // namespace
}  // namespace qmpev::test
