// SPDX-License-Identifier: MIT
// A client on a real UNIX socket. Never waits longer than a bound.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/unique_fd.hpp"

namespace qmpev::test {

class UnixClient {
 public:
  /// Connects; errno of connect() when that fails.
  explicit UnixClient(const std::string& path, int type = SOCK_STREAM)
      : fd_(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      error_ = errno;
  }

  /// One that is connected already, of whatever family.
  explicit UnixClient(UniqueFd connected) : fd_(std::move(connected)) {}

  int error() const { return error_; }
  int fd() const { return fd_.get(); }
  void close() { fd_.reset(); }
  void half_close() { ::shutdown(fd_.get(), SHUT_WR); }

  bool send(std::string_view bytes) {
    return ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }

  /// What is there now, without waiting; nullopt once the server has closed.
  std::optional<std::string> take() {
    std::string all;
    char buffer[65536];
    for (;;) {
      const ssize_t count = ::recv(fd_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
      if (count > 0) {
        all.append(buffer, static_cast<std::size_t>(count));
      } else if (count < 0 && errno == EAGAIN) {
        return all;
      } else {
        if (all.empty()) return std::nullopt;
        return all;
      }
    }
  }

  /// True when there is something to read (or the end) within the bound.
  bool wait(int milliseconds = 2000) {
    pollfd ready{fd_.get(), POLLIN, 0};
    return ::poll(&ready, 1, milliseconds) == 1;
  }

 private:
  UniqueFd fd_;
  int error_ = 0;
};

}  // namespace qmpev::test
