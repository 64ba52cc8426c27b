// SPDX-License-Identifier: MIT
// A blocking QMP client over a UNIX socket for integration tests. Everything that waits has a bound.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace qmpev::test {

inline constexpr int kClientWaitMs = 20'000;  ///< a test that waits longer has failed

class QmpClient {
 public:
  static std::optional<QmpClient> connect(const std::string& path) {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return std::nullopt;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return std::nullopt;
    return QmpClient(std::move(fd));
  }

  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// The next line without CR LF, or nothing at the end of the connection or of patience.
  std::optional<std::string> line() {
    for (;;) {
      const std::size_t end = text_.find("\r\n", start_);
      if (end != std::string::npos) {
        std::string line = text_.substr(start_, end - start_);
        start_ = end + 2;
        if (start_ > (1u << 16)) {
          text_.erase(0, start_);
          start_ = 0;
        }
        return line;
      }
      if (!fill()) return std::nullopt;
    }
  }

  /// line() has one without waiting.
  bool buffered() const { return text_.find("\r\n", start_) != std::string::npos; }

  /// True when the server has closed the connection and nothing is left unread.
  bool at_end() { return start_ == text_.size() && !fill(); }
  int fd() const noexcept { return fd_.get(); }

 private:
  explicit QmpClient(UniqueFd fd) : fd_(std::move(fd)) {}

  bool fill() {
    pollfd wait{fd_.get(), POLLIN, 0};
    int ready;
    do {
      ready = ::poll(&wait, 1, kClientWaitMs);
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0) return false;
    char buffer[65536];
    const ssize_t count = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (count <= 0) return false;
    text_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  UniqueFd fd_;
  std::string text_;
  std::size_t start_ = 0;
};

}  // namespace qmpev::test
