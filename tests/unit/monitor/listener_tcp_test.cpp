// SPDX-License-Identifier: MIT
// Listeners on TCP ports of this machine, and what guards them; time is the test's.
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <string>
#include <vector>

#include "listener_house.hpp"
#include "support/tcp_client.hpp"
#include "support/unix_client.hpp"

namespace qmpev::test {
namespace {

constexpr std::int64_t kUsPerMs = 1000;

ListenerConfig tcp(const std::string& host = "127.0.0.1") {
  ListenerConfig config;
  config.form = WireForm::qemu;
  config.tcp = TcpAddress{host, 0};
  return config;
}

UnixClient connect(const Listener& listener, const std::string& host = "127.0.0.1") {
  UniqueFd connected = connect_tcp(host, listener.address().port);
  REQUIRE(connected);
  return UnixClient(std::move(connected));
}

const std::string kGreetingLine = std::string(kGreeting) + "\r\n";
const std::string kNegotiatedLine = std::string(kNegotiated) + "\r\n";

TEST_CASE("a TCP client is greeted, negotiates, and hears events", "[monitor]") {
  House house;
  const auto listener = house.listen(tcp());
  const std::uint16_t port = listener->address().port;
  CHECK(port != 0);
  CHECK(listener->address().name == "tcp:127.0.0.1:" + std::to_string(port));
  UnixClient client = connect(*listener);
  house.run();
  CHECK(client.take() == kGreetingLine);
  REQUIRE(client.send(kNegotiate));
  house.run();
  CHECK(client.take() == kNegotiatedLine);
  house.room.emit("X");
  house.run();
  CHECK(client.take() == FakeRoom::line_of("X", "q"));
  const SessionStatistics session = house.room.statistics().each_session.at(0);
  CHECK(session.listener == listener->address().name);
  CHECK(session.role == ListenerRole::events_only);
  CHECK_FALSE(session.peer);
}

TEST_CASE("over TCP nothing acts unless the role says so", "[monitor]") {
  const bool full = GENERATE(true, false);
  House house;
  ListenerConfig config = tcp();
  if (full) config.role = ListenerRole::full;
  const auto listener = house.listen(config);
  UnixClient client = connect(*listener);
  REQUIRE(client.send(std::string(kNegotiate) + R"({"execute":"mute"})"));
  house.run();
  const std::string answers =
      client.take().value_or("").substr(kGreetingLine.size() + kNegotiatedLine.size());
  CHECK((answers == kNegotiatedLine) == full);
  CHECK((answers.find("for events only") != std::string::npos) != full);
}

TEST_CASE("IPv6 has its own spelling", "[monitor]") {
  House house;
  auto listener = Listener::create(tcp("::1"), *house.loop, house.room.monitors);
  if (!listener) {  // a machine without the family
    CHECK(listener.error().code == ErrorCode::not_found);
    return;
  }
  const ListenerAddress address = listener.value()->address();
  CHECK(address.name == "tcp:[::1]:" + std::to_string(address.port));
  UnixClient client = connect(*listener.value(), "::1");
  house.run();
  CHECK(client.take() == kGreetingLine);
}

TEST_CASE("a port in use is refused with what to do", "[monitor]") {
  House house;
  const auto listener = house.listen(tcp());
  ListenerConfig again = tcp();
  again.tcp->port = listener->address().port;
  const auto refused = Listener::create(again, *house.loop, house.room.monitors);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::address_in_use);
  CHECK(refused.error().sentence.find("choose another port") != std::string::npos);
}

TEST_CASE("an address beyond this machine is refused before anything listens, unless it is meant",
          "[monitor]") {
  House house;
  const auto refused = Listener::create(tcp("0.0.0.0"), *house.loop, house.room.monitors);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  ListenerConfig meant = tcp("127.0.0.1");
  meant.beyond_loopback = true;
  CHECK(house.listen(meant)->address().port != 0);
}

TEST_CASE("lines are not held back", "[monitor]") {
  House house;
  const auto listener = house.listen(tcp());
  UnixClient client = connect(*listener);
  const int next = ::dup(0);  // the number the accepted socket will get
  ::close(next);
  house.run();
  int value = 0;
  socklen_t size = sizeof value;
  REQUIRE(::getsockopt(next, IPPROTO_TCP, TCP_NODELAY, &value, &size) == 0);
  CHECK(value != 0);
}

TEST_CASE("whose first bytes are an HTTP request is closed, counted, and logged once", "[monitor]") {
  std::vector<std::string> said;
  House house([&](LogLevel, std::string_view text) { said.emplace_back(text); });
  ListenerConfig config = tcp();
  config.role = ListenerRole::full;
  const auto listener = house.listen(config);
  for (std::uint64_t i = 1; i <= 2; ++i) {
    UnixClient browser = connect(*listener);
    house.run();
    CHECK(browser.take() == kGreetingLine);
    REQUIRE(browser.send("PO"));
    house.run();
    CHECK(browser.take() == "");
    REQUIRE(browser.send("ST / HTTP/1.1\r\n\r\n" + std::string(kNegotiate) + R"({"execute":"mute"})"));
    house.run();
    CHECK(browser.take() == std::nullopt);
    CHECK(house.room.statistics().sessions.refused_http == i);
    CHECK(house.room.statistics().sessions.closed == i);
  }
  REQUIRE(said.size() == 1);
  CHECK(said[0].find(listener->address().name + " said an HTTP request") != std::string::npos);
  CHECK(listener->clients() == 0);
}

TEST_CASE("a UNIX socket has no such guard", "[monitor]") {
  House house;
  const auto listener = house.listen("s");
  UnixClient client(house.directory / "s");
  REQUIRE(client.send("GET / HTTP/1.1\r\n"));
  house.run();
  CHECK(client.take().value_or("").find("GenericError") != std::string::npos);
  CHECK(house.room.statistics().sessions.refused_http == 0);
}

TEST_CASE("a silent TCP client is closed after 30 s, and not sooner", "[monitor]") {
  House house;
  const auto listener = house.listen(tcp());
  UnixClient silent = connect(*listener);
  UnixClient other = connect(*listener);
  house.run();
  REQUIRE(other.send(kNegotiate));
  house.run();
  house.room.clock.advance_us(30'000 * kUsPerMs - 1);
  house.run();
  CHECK(silent.take() == kGreetingLine);
  CHECK(listener->clients() == 2);
  house.room.clock.advance_us(1);
  house.run();
  CHECK(silent.take() == std::nullopt);
  CHECK(other.take() == kGreetingLine + kNegotiatedLine);
  CHECK(listener->clients() == 1);
  CHECK(house.room.statistics().sessions.not_negotiated == 1);
}

}  // namespace
}  // namespace qmpev::test
