// SPDX-License-Identifier: MIT
// An IPv4 or IPv6 address with its port. Only numeric ones are read: a name would ask the network before
// anything starts, and could mean several addresses. A value; any thread.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

namespace qmpev {

struct InternetAddress {
  sockaddr_storage address{};
  socklen_t size = 0;

  const sockaddr* generic() const noexcept { return reinterpret_cast<const sockaddr*>(&address); }
  std::uint16_t port() const noexcept;
  /// Reached from this machine only: 127.0.0.0/8, ::1, and the former in the clothes of IPv6.
  bool is_loopback() const noexcept;
  /// "127.0.0.1", "::1", "fe80::1%eth0".
  std::string host() const;
  /// "127.0.0.1:4444", "[::1]:4444".
  std::string text() const;

  /// Nothing when `host` is not numeric ("127.0.0.1", "::1", "fe80::1%eth0").
  static std::optional<InternetAddress> of(const std::string& host, std::uint16_t port);
  /// Where a socket of one of these families is bound.
  static std::optional<InternetAddress> of_socket(int fd) noexcept;
};

/// Whether `host` is one that InternetAddress::of can read.
bool is_numeric_address(const std::string& host);

}  // namespace qmpev
