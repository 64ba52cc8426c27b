// SPDX-License-Identifier: MIT
#include "devices/spice_endpoint.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;
using Family = NetworkAddressFamily;

namespace {

std::string shown(const SpiceAddress& address) {
  return std::to_string(static_cast<int>(address.family())) + " " + std::string(address.host()) + " " +
         std::string(address.port());
}
std::string as(Family family, const std::string& rest) {
  return std::to_string(static_cast<int>(family)) + " " + rest;
}

}  // namespace

TEST_CASE("an end of a connection is what its text says", "[devices]") {
  CHECK(shown(spice_endpoint(Family::ipv4, "127.0.0.1", "5900")) == as(Family::ipv4, "127.0.0.1 5900"));
  CHECK(shown(spice_endpoint(Family::ipv6, "::1", "65535")) == as(Family::ipv6, "::1 65535"));
  CHECK(shown(spice_endpoint(Family::unix_socket, "", "cl.sock")) ==
        as(Family::unix_socket, "localhost cl.sock"));
  CHECK(shown(spice_endpoint(Family::unix_socket, "", "")) == as(Family::unix_socket, "localhost "));
  CHECK(shown(loopback_endpoint(1)) == as(Family::ipv4, "127.0.0.1 1"));
}

TEST_CASE("a path is said up to 31 bytes and is an address up to 107", "[devices]") {
  const auto port = [](std::size_t bytes) {
    return std::string(spice_endpoint(Family::unix_socket, "", std::string(bytes, 'c')).port());
  };
  CHECK(port(31) == std::string(31, 'c'));
  CHECK(port(32).empty());
  CHECK(spice_endpoint(Family::unix_socket, "", std::string(107, 'c')).family() == Family::unix_socket);
  CHECK(spice_endpoint(Family::unix_socket, "", std::string(108, 'c')).family() == Family::unknown);
}

TEST_CASE("what makes no address has no family", "[devices]") {
  CHECK(spice_endpoint(Family::ipv4, "localhost", "1").family() == Family::unknown);
  CHECK(spice_endpoint(Family::ipv4, "::1", "1").family() == Family::unknown);
  CHECK(spice_endpoint(Family::ipv6, "127.0.0.1", "1").family() == Family::unknown);
  for (const char* port : {"", "x", "1x", "65536", "-1"})
    CHECK(spice_endpoint(Family::ipv4, "127.0.0.1", port).family() == Family::unknown);
  CHECK(spice_endpoint(Family::vsock, "127.0.0.1", "1").family() == Family::unknown);
}
