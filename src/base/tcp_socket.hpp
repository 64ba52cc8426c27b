// SPDX-License-Identifier: MIT
// A listening TCP socket. Reentrant.
#pragma once

#include <cstdint>
#include <string>

#include <qmpev/result.hpp>

#include "base/internet_address.hpp"
#include "base/unique_fd.hpp"

namespace qmpev {

struct TcpSocket {
  UniqueFd fd;              ///< non-blocking, listening
  InternetAddress address;  ///< the one asked for, with the port the system chose for 0
};

/// `host` is a numeric IPv4 or IPv6 address; "::" takes clients of both families. Fails with
/// invalid_argument, address_in_use, permission, not_found or system, and a sentence on what to do.
Result<TcpSocket> listen_on_tcp(const std::string& host, std::uint16_t port);

/// Small lines are not held back for the next ones (RFC 896) on this connection.
void send_at_once(int socket) noexcept;

}  // namespace qmpev
