// SPDX-License-Identifier: MIT
// Tells whoever started the program as a service how it is: datagrams to the socket that NOTIFY_SOCKET names
// (sd_notify(3), Type=notify). Who cannot be told is told of in the log, and nothing else comes of it. Main
// thread.
#pragma once

#include <functional>
#include <string>

namespace qmpev {

/// How long a datagram waits for room in that socket's queue.
inline constexpr int kNoticeTimeoutMs = 1000;

class ServiceNotice {
 public:
  using Log = std::function<void(const std::string& sentence)>;

  /// The value of NOTIFY_SOCKET, which a child would not find any more; empty: nobody wants to know.
  static std::string take_place_from_environment();

  /// `place`: a path, or an abstract name behind '@'; empty: nobody is told anything.
  ServiceNotice(std::string place, Log log);

  /// Clients can connect. `status` is a line for people, as `systemctl status` shows it; what is not
  /// printable ASCII in it is replaced.
  void ready(const std::string& status) const;
  /// The end has begun.
  void stopping(const std::string& status) const;

 private:
  void say(const std::string& what, const std::string& status) const;

  const std::string place_;
  const Log log_;
};

}  // namespace qmpev
