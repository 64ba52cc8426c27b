// SPDX-License-Identifier: MIT
#include "cli/passed_listeners.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "monitor/inherited_socket.hpp"

namespace qmpev {

namespace {

/// Its path, or its name behind the NUL of an abstract one. A socket that listens has one.
std::string unix_name_of(int fd) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  const std::size_t most = std::min<std::size_t>(size, sizeof address) - offsetof(sockaddr_un, sun_path);
  const char* const name = address.sun_path;
  if (most > 0 && name[0] == '\0') return std::string(name + 1, most - 1);
  return std::string(name, ::strnlen(name, most));
}

/// `listener` at the socket that was found.
Result<ListenOption> at(int fd, ListenOption listener) {
  const std::string what = "--listen fd:" + listener.passed_name + ": ";
  const auto found = inspect_socket(fd);
  if (!found) return Error{found.error().code, what + found.error().sentence};
  const InheritedSocket& socket = found.value();
  if (!socket.listening)
    return Error{
        ErrorCode::invalid_argument,
        what + "descriptor " + std::to_string(fd) +
            " is one client's connection, not a socket that listens: use Accept=no in the .socket unit"};
  listener.fd = fd;
  if (socket.tcp) {
    listener.tcp = TcpAddress{socket.tcp->host(), socket.tcp->port()};
  } else {
    listener.path = unix_name_of(fd);
    listener.abstract = socket.abstract;
  }
  if (!listener.role) listener.role = socket.tcp ? ListenerRole::events_only : ListenerRole::full;
  return listener;
}

}  // namespace

Result<std::vector<ListenOption>> find_passed(const std::vector<ListenOption>& options,
                                              PassedSockets& sockets) {
  std::vector<ListenOption> listeners;
  for (const ListenOption& option : options) {
    if (option.passed_name.empty()) {
      listeners.push_back(option);
      continue;
    }
    const auto taken = sockets.take(option.passed_name);
    if (!taken) return taken.error();
    for (const int fd : taken.value()) {
      auto listener = at(fd, option);
      if (!listener) return listener.error();
      listeners.push_back(std::move(listener).value());
    }
  }
  if (auto none = sockets.expect_none_left(); !none) return none.error();
  return listeners;
}

Result<std::vector<ListenOption>> find_passed(const std::vector<ListenOption>& options) {
  auto sockets = PassedSockets::take_from_environment();
  if (!sockets) return sockets.error();
  return find_passed(options, sockets.value());
}

}  // namespace qmpev
