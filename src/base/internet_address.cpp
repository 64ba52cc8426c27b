// SPDX-License-Identifier: MIT
#include "base/internet_address.hpp"

#include <netdb.h>
#include <netinet/in.h>

#include <cstring>
#include <memory>

namespace qmpev {

namespace {

constexpr std::uint32_t kLoopbackNet = 127;  // the first byte of 127.0.0.0/8

struct FreeAddress {
  void operator()(addrinfo* address) const noexcept { ::freeaddrinfo(address); }
};

const sockaddr_in& v4(const sockaddr_storage& address) noexcept {
  return reinterpret_cast<const sockaddr_in&>(address);
}

const sockaddr_in6& v6(const sockaddr_storage& address) noexcept {
  return reinterpret_cast<const sockaddr_in6&>(address);
}

}  // namespace

std::optional<InternetAddress> InternetAddress::of(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  // An empty host would be an address, and a NUL would cut one off.
  if (host.empty() || host.find('\0') != std::string::npos ||
      ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &list) != 0)
    return std::nullopt;
  const std::unique_ptr<addrinfo, FreeAddress> found(list);
  InternetAddress made;
  made.size = found->ai_addrlen;
  std::memcpy(&made.address, found->ai_addr, found->ai_addrlen);
  return made;
}

std::optional<InternetAddress> InternetAddress::of_socket(int fd) noexcept {
  InternetAddress found;
  found.size = sizeof found.address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&found.address), &found.size) != 0) return std::nullopt;
  if (found.address.ss_family != AF_INET && found.address.ss_family != AF_INET6) return std::nullopt;
  return found;
}

std::uint16_t InternetAddress::port() const noexcept {
  return ntohs(address.ss_family == AF_INET6 ? v6(address).sin6_port : v4(address).sin_port);
}

bool InternetAddress::is_loopback() const noexcept {
  if (address.ss_family == AF_INET) return ntohl(v4(address).sin_addr.s_addr) >> 24 == kLoopbackNet;
  const in6_addr& host = v6(address).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&host) || (IN6_IS_ADDR_V4MAPPED(&host) && host.s6_addr[12] == kLoopbackNet);
}

std::string InternetAddress::host() const {
  char host[NI_MAXHOST];
  return ::getnameinfo(generic(), size, host, sizeof host, nullptr, 0, NI_NUMERICHOST) == 0 ? host : "?";
}

std::string InternetAddress::text() const {
  const std::string port_text = ":" + std::to_string(port());
  return address.ss_family == AF_INET6 ? "[" + host() + "]" + port_text : host() + port_text;
}

bool is_numeric_address(const std::string& host) {
  return InternetAddress::of(host, 0).has_value();
}

}  // namespace qmpev
