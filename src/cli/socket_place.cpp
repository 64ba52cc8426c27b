// SPDX-License-Identifier: MIT
#include "cli/socket_place.hpp"

#include <charconv>
#include <cstdint>

#include "base/internet_address.hpp"
#include "cli/argument_reader.hpp"
#include "monitor/unix_address.hpp"

namespace qmpev {

namespace {

/// What is in front of the last colon, without brackets.
std::string host_of(std::string_view text) {
  std::string_view host = text.substr(0, text.rfind(':'));
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return host == "localhost" ? "127.0.0.1" : std::string(host);
}

}  // namespace

bool parse_port(std::string_view text, std::uint16_t& port) noexcept {
  const auto [end, refused] = std::from_chars(text.data(), text.data() + text.size(), port);
  return !text.empty() && refused == std::errc{} && end == text.data() + text.size();
}

bool is_tcp_place(std::string_view place) noexcept {
  return place.substr(0, kTcpPlace.size()) == kTcpPlace;
}

Result<TcpAddress> parse_host_and_port(std::string_view option, std::string_view text) {
  const std::string what = std::string(option) + ": '" + std::string(text) + "'";
  const std::size_t colon = text.rfind(':');
  TcpAddress address;
  if (colon == std::string_view::npos || !parse_port(text.substr(colon + 1), address.port))
    return usage_error(what + " needs a port from 0 to 65535 behind its last colon, as in 127.0.0.1:4444");
  address.host = host_of(text);
  const bool bare_v6 = address.host.find(':') != std::string::npos && text.front() != '[';
  if (bare_v6) return usage_error(what + ": an IPv6 address stands in brackets, as in [::1]:4444");
  if (!is_numeric_address(address.host))
    return usage_error(what +
                       " needs a numeric address or localhost in front of the port: names are not "
                       "looked up");
  return address;
}

std::string tcp_place(const TcpAddress& address) {
  const auto read = InternetAddress::of(address.host, address.port);
  return std::string(kTcpPlace) + (read ? read->text() : address.host + ":" + std::to_string(address.port));
}

Result<std::string> parse_socket_place(std::string_view text) {
  if (is_tcp_place(text)) {
    auto address = parse_host_and_port("tcp", text.substr(kTcpPlace.size()));
    if (!address) return address.error();
    return tcp_place(address.value());
  }
  if (text.substr(0, kUnixPlace.size()) == kUnixPlace) text.remove_prefix(kUnixPlace.size());
  if (auto usable = check_socket_path(text); !usable) return usable.error();
  return std::string(text);
}

Result<void> check_socket_path(std::string_view path) {
  if (path.empty()) return usage_error("the socket's path is empty: use unix:PATH, as in unix:/tmp/qmp.sock");
  if (path.size() > kMaxUnixPathBytes)
    return usage_error("the socket's path has " + std::to_string(path.size()) +
                       " bytes, a UNIX socket's has at most " + std::to_string(kMaxUnixPathBytes) +
                       ": use a shorter one, or change into its folder first");
  return {};
}

}  // namespace qmpev
