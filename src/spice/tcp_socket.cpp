// SPDX-License-Identifier: MIT
// Only numeric addresses: a name would ask the network before anything starts, and could mean several
// addresses.
#include "spice/tcp_socket.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace qmpev {

namespace {

struct FreeAddress {
  void operator()(addrinfo* address) const noexcept { ::freeaddrinfo(address); }
};
using Address = std::unique_ptr<addrinfo, FreeAddress>;

Address address_of(const std::string& host, std::uint16_t port) {
  addrinfo wanted{};
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (host.empty() || ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0)
    return {};
  return Address(found);
}

Error explain(const std::string& host, std::uint16_t port, int error) {
  const std::string place = "port " + std::to_string(port) + " of " + host;
  switch (error) {
    case EADDRINUSE:
      return {ErrorCode::address_in_use,
              place + " is in use by a running process: stop it or choose another port (0: any free one)"};
    case EADDRNOTAVAIL:
      return {ErrorCode::not_found,
              "this machine has no address " + host + ": use one of its own, such as 127.0.0.1"};
    case EAFNOSUPPORT:
      return {ErrorCode::not_found,
              "this machine has no addresses of the family of " + host + ": use 127.0.0.1"};
    case EACCES:
    case EPERM:
      return {ErrorCode::permission, "no permission to listen on " + place + ": choose a port above 1023"};
    default:
      return {ErrorCode::system, "cannot listen on " + place + ": " + std::strerror(error)};
  }
}

std::uint16_t port_of(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  const auto port = address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port
                                                  : reinterpret_cast<const sockaddr_in*>(&address)->sin_port;
  return ntohs(port);
}

}  // namespace

bool is_numeric_address(const std::string& host) {
  return address_of(host, 0) != nullptr;
}

Result<TcpSocket> listen_on_tcp(const std::string& host, std::uint16_t port) {
  const Address address = address_of(host, port);
  if (!address)
    return Error{ErrorCode::invalid_argument,
                 "'" + host + "' is no numeric address: use one such as 127.0.0.1 or ::1"};
  UniqueFd fd(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return explain(host, port, errno);
  const int on = 1;  // a port whose last connections are still dying down is free
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), address->ai_addr, address->ai_addrlen) != 0) return explain(host, port, errno);
  if (::listen(fd.get(), SOMAXCONN) != 0) return explain(host, port, errno);
  const std::uint16_t chosen = port_of(fd.get());
  return TcpSocket{std::move(fd), chosen};
}

}  // namespace qmpev
