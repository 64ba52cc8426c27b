// SPDX-License-Identifier: MIT
#include "hooks/spice.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstring>
#include <string>

using namespace qmpev;

namespace {

SpiceAddress ipv4(const char* host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  REQUIRE(::inet_pton(AF_INET, host, &address.sin_addr) == 1);
  return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

SpiceAddress ipv6(const char* host, std::uint16_t port) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(port);
  REQUIRE(::inet_pton(AF_INET6, host, &address.sin6_addr) == 1);
  return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

/// As the kernel returns it: the length ends behind the path, with or without its terminator.
SpiceAddress unix_path(std::string_view path, bool terminated = true) {
  sockaddr_un address;
  std::memset(&address, 0x5a, sizeof address);  // what lies behind the length must not be read
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (terminated) address.sun_path[path.size()] = '\0';
  const std::size_t length = offsetof(sockaddr_un, sun_path) + path.size() + (terminated ? 1 : 0);
  return {reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)};
}

}  // namespace

TEST_CASE("internet addresses are numeric, IPv6 without brackets", "[hooks]") {
  const SpiceAddress four = ipv4("127.0.0.1", 5920);
  CHECK(four.host() == "127.0.0.1");
  CHECK(four.port() == "5920");
  CHECK(four.family() == NetworkAddressFamily::ipv4);
  const SpiceAddress six = ipv6("::1", 65535);
  CHECK(six.host() == "::1");
  CHECK(six.port() == "65535");
  CHECK(six.family() == NetworkAddressFamily::ipv6);
}

TEST_CASE("the longest IPv6 address fits", "[hooks]") {
  const char* longest = "1111:2222:3333:4444:5555:6666:7777:8888";
  CHECK(ipv6(longest, 1).host() == longest);
}

TEST_CASE("a UNIX socket is localhost with its path as port, up to 31 bytes", "[hooks]") {
  const std::string longest(31, 'c');
  const std::string too_long(32, 'c');
  CHECK(unix_path("spice.sock").host() == "localhost");
  CHECK(unix_path("spice.sock").port() == "spice.sock");
  CHECK(unix_path("spice.sock").family() == NetworkAddressFamily::unix_socket);
  CHECK(unix_path(longest).port() == longest);
  CHECK(unix_path(longest, false).port() == longest);
  CHECK(unix_path(too_long).port() == "");
  CHECK(unix_path(std::string(108, 'c'), false).port() == "");
}

TEST_CASE("a UNIX socket without a path has an empty port", "[hooks]") {
  CHECK(unix_path("", false).port() == "");
  CHECK(unix_path("", false).host() == "localhost");
  CHECK(unix_path(std::string_view("\0abstract", 9), false).port() == "");
}

TEST_CASE("an address that cannot be read is unknown and empty", "[hooks]") {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const SpiceAddress cut(reinterpret_cast<const sockaddr*>(&address), sizeof(sa_family_t));
  CHECK(cut.family() == NetworkAddressFamily::unknown);
  CHECK(cut.host() == "");
  CHECK(SpiceAddress(nullptr, 0).family() == NetworkAddressFamily::unknown);
}

TEST_CASE("each event of a SPICE connection carries both of its ends", "[hooks]") {
  const SpiceAddress server = ipv4("127.0.0.1", 5920);
  const SpiceAddress client = ipv6("::1", 52873);
  const SpiceConnected connected = spice_connected(server, client);
  CHECK(connected.server.host == "127.0.0.1");
  CHECK(connected.client.host == "::1");
  CHECK(connected.client.family == NetworkAddressFamily::ipv6);
  const SpiceDisconnected disconnected = spice_disconnected(server, client);
  CHECK(disconnected.server.port == "5920");
  CHECK(disconnected.client.port == "52873");
}

TEST_CASE("an initialised SPICE channel carries its identity, the connection id signed", "[hooks]") {
  const SpiceAddress server = ipv4("127.0.0.1", 5920);
  const SpiceAddress client = ipv4("127.0.0.1", 52873);
  const SpiceInitialized event = spice_initialized(server, "spice", client, {-1226420751, 3, 1, true});
  CHECK(event.server.auth == std::string_view("spice"));
  CHECK(event.client.connection_id == -1226420751);
  CHECK(event.client.channel_type == 3);
  CHECK(event.client.channel_id == 1);
  CHECK(event.client.tls);
  CHECK_FALSE(spice_initialized(server, std::nullopt, client, {1, 1, 0, false}).server.auth.has_value());
}
