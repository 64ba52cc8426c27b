// SPDX-License-Identifier: MIT
#include "monitor/inherited_socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace qmpev {
namespace {

Error refusal(int fd, const std::string& what) {
  return {ErrorCode::invalid_argument,
          "descriptor " + std::to_string(fd) + " " + what +
              ": hand down a UNIX stream socket, or one of TCP, that is listening or connected"};
}

int option_of(int fd, int option) noexcept {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

/// Unnamed is what nobody can connect to, so only a name that begins with NUL counts.
bool has_abstract_name(int fd) noexcept {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  return size > offsetof(sockaddr_un, sun_path) && address.sun_path[0] == '\0';
}

bool has_peer(int fd) noexcept {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  return ::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
}

/// One that may take several paths (RFC 8684) is used as TCP is; some languages make no others.
bool is_tcp(int fd) noexcept {
  const int protocol = option_of(fd, SO_PROTOCOL);
  return protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP;
}

}  // namespace

Result<InheritedSocket> inspect_socket(int fd) {
  if (fd < 0 || ::fcntl(fd, F_GETFD) < 0) return refusal(fd, "is not open");
  const int type = option_of(fd, SO_TYPE);
  if (type < 0) return refusal(fd, "is not a socket");
  const bool is_unix = option_of(fd, SO_DOMAIN) == AF_UNIX;
  auto internet = InternetAddress::of_socket(fd);
  if (!is_unix && !internet) return refusal(fd, "is a socket of another family");
  if (type != SOCK_STREAM || (internet && !is_tcp(fd))) return refusal(fd, "is a socket of another type");
  const bool listens = option_of(fd, SO_ACCEPTCONN) == 1;
  if (!listens && !has_peer(fd)) return refusal(fd, "is a socket that neither listens nor is connected");
  return InheritedSocket{listens, listens && is_unix && has_abstract_name(fd), internet};
}

Result<UniqueFd> duplicate_socket(int fd) {
  UniqueFd duplicate(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (duplicate) return duplicate;
  return Error{ErrorCode::system, "cannot duplicate descriptor " + std::to_string(fd) + ": " +
                                      std::strerror(errno) +
                                      " (is the limit of open files, ulimit -n, high enough?)"};
}

void take_over(int fd) noexcept {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  ::close(fd);
}

}  // namespace qmpev
