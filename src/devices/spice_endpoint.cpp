// SPDX-License-Identifier: MIT
#include "devices/spice_endpoint.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstring>

namespace qmpev {

namespace {

template <class Address>
SpiceAddress spice_address(const Address& address, std::size_t length = sizeof(Address)) {
  return {reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)};
}

SpiceAddress unix_endpoint(const std::string& path) {
  sockaddr_un address{};
  if (path.size() >= sizeof address.sun_path) return {nullptr, 0};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return spice_address(address, offsetof(sockaddr_un, sun_path) + (path.empty() ? 0 : path.size() + 1));
}

}  // namespace

SpiceAddress spice_endpoint(NetworkAddressFamily family, const std::string& host, const std::string& port) {
  if (family == NetworkAddressFamily::unix_socket) return unix_endpoint(port);
  std::uint16_t number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  if (read.ec != std::errc() || read.ptr != port.data() + port.size()) return {nullptr, 0};
  if (family == NetworkAddressFamily::ipv4) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(number);
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1) return spice_address(address);
  }
  if (family == NetworkAddressFamily::ipv6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(number);
    if (::inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) == 1) return spice_address(address);
  }
  return {nullptr, 0};
}

SpiceAddress loopback_endpoint(std::uint16_t port) {
  return spice_endpoint(NetworkAddressFamily::ipv4, "127.0.0.1", std::to_string(port));
}

}  // namespace qmpev
