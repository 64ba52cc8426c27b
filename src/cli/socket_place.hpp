// SPDX-License-Identifier: MIT
// How a person names the place of a QMP server: a path, unix:PATH, or tcp:HOST:PORT. Main thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

namespace qmpev {

inline constexpr std::string_view kUnixPlace = "unix:";
inline constexpr std::string_view kTcpPlace = "tcp:";

bool is_tcp_place(std::string_view place) noexcept;

/// A number from 0 to 65535 and nothing else; otherwise false, and `port` is anything.
bool parse_port(std::string_view text, std::uint16_t& port) noexcept;

/// `HOST:PORT`, an IPv6 address in brackets; `localhost` is 127.0.0.1. `option` is who asks, for sentences.
/// Fails with invalid_argument.
Result<TcpAddress> parse_host_and_port(std::string_view option, std::string_view text);

/// "tcp:127.0.0.1:4444", "tcp:[::1]:4444".
std::string tcp_place(const TcpAddress& address);

/// A place as QmpClient::connect takes it: a path, or what tcp_place() gives. Fails with invalid_argument.
Result<std::string> parse_socket_place(std::string_view text);

/// A path a socket can have: not empty, not too long.
Result<void> check_socket_path(std::string_view path);

}  // namespace qmpev
