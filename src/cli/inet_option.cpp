// SPDX-License-Identifier: MIT
#include "cli/inet_option.hpp"

#include <cstdint>

#include "base/internet_address.hpp"
#include "cli/argument_reader.hpp"
#include "cli/socket_place.hpp"

namespace qmpev {

namespace {

bool is_v6(std::string_view host) noexcept {
  return host.find(':') != std::string_view::npos;
}

/// Which families may be used: one that is asked for excludes the other, unless that is asked for, too.
struct Families {
  explicit Families(const InetOption& inet)
      : v4(inet.ipv4.value_or(!inet.ipv6.value_or(false))),
        v6(inet.ipv6.value_or(!inet.ipv4.value_or(false))) {}
  bool v4;
  bool v6;
};

/// All addresses of this machine.
Result<std::string> any_host(const std::string& name, const Families& families) {
  if (families.v4 && families.v6) return std::string("::");
  if (families.v4) return std::string("0.0.0.0");
  return usage_error(name + ": all addresses of IPv6 alone are not offered: leave out ipv6, or name a host");
}

Result<std::string> numeric_host(const std::string& name, const InetOption& inet, const Families& families) {
  std::string host = inet.host;
  if (host == "localhost") host = families.v4 ? "127.0.0.1" : "::1";
  if (!is_numeric_address(host))
    return usage_error(name + ": '" + host +
                       "' is no numeric address, nor localhost: names are not looked up");
  if (!(is_v6(host) ? families.v6 : families.v4))
    return usage_error(name + ": " + host + " is no address of the family that ipv4 and ipv6 ask for");
  return host;
}

}  // namespace

Result<InetOption> parse_inet(std::string_view option, std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return usage_error(std::string(option) + ": tcp:" + std::string(text) +
                       " has no port: use tcp:HOST:PORT");
  InetOption inet{std::string(text.substr(0, colon)), std::string(text.substr(colon + 1)), {}, {}};
  const bool bracketed = inet.host.size() > 1 && inet.host.front() == '[' && inet.host.back() == ']';
  if (!bracketed && is_v6(inet.host))
    return usage_error(std::string(option) + ": an IPv6 address stands in brackets, as in tcp:[::1]:4444");
  if (bracketed) inet.host = inet.host.substr(1, inet.host.size() - 2);
  return inet;
}

Result<void> take_families(KeyValues& settings, InetOption& inet) {
  auto ipv4 = settings.take_bool("ipv4");
  if (!ipv4) return ipv4.error();
  auto ipv6 = settings.take_bool("ipv6");
  if (!ipv6) return ipv6.error();
  inet.ipv4 = ipv4.value();
  inet.ipv6 = ipv6.value();
  return {};
}

Result<TcpAddress> resolve_inet(std::string_view option, const InetOption& inet, bool server) {
  const std::string name(option);
  const Families families(inet);
  if (!families.v4 && !families.v6)
    return usage_error(name + ": ipv4=off and ipv6=off leave no address: leave out one of them");
  std::uint16_t port = 0;
  if (!parse_port(inet.port, port))
    return usage_error(name + ": '" + inet.port +
                       "' is no port: use a number up to 65535 (names are not looked up)");
  if (!server && (inet.host.empty() || port == 0))
    return usage_error(name + ": who dials needs a host and a port: add them, or server=on");
  auto host = inet.host.empty() ? any_host(name, families) : numeric_host(name, inet, families);
  if (!host) return host.error();
  return TcpAddress{std::move(host).value(), port};
}

}  // namespace qmpev
