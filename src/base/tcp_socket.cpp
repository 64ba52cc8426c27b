// SPDX-License-Identifier: MIT
#include "base/tcp_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace qmpev {

namespace {

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

/// The defaults that depend on how a machine is set up, or are in the way.
void set_up(int fd, const InternetAddress& address) noexcept {
  const int on = 1;  // a port whose last connections are still dying down is free
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const int both = 0;
  if (address.address.ss_family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &both, sizeof both);
}

}  // namespace

Result<TcpSocket> listen_on_tcp(const std::string& host, std::uint16_t port) {
  const std::optional<InternetAddress> address = InternetAddress::of(host, port);
  if (!address)
    return Error{ErrorCode::invalid_argument,
                 "'" + host + "' is no numeric address: use one such as 127.0.0.1 or ::1"};
  UniqueFd fd(::socket(address->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return explain(host, port, errno);
  set_up(fd.get(), *address);
  if (::bind(fd.get(), address->generic(), address->size) != 0) return explain(host, port, errno);
  if (::listen(fd.get(), SOMAXCONN) != 0) return explain(host, port, errno);
  const InternetAddress chosen = InternetAddress::of_socket(fd.get()).value_or(*address);
  return TcpSocket{std::move(fd), chosen};
}

void send_at_once(int socket) noexcept {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace qmpev
