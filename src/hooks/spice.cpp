// SPDX-License-Identifier: MIT
// A UNIX path of more than 31 bytes is reported as an empty port, which is what management software gets from
// QEMU 10.0. Abstract names, which have no path, likewise.
#include "hooks/spice.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace qmpev {

SpiceAddress::SpiceAddress(const sockaddr* address, socklen_t length) noexcept {
  if (address == nullptr || length < sizeof(sa_family_t)) return;
  if (address->sa_family == AF_INET) read_inet(address, length, NetworkAddressFamily::ipv4);
  if (address->sa_family == AF_INET6) read_inet(address, length, NetworkAddressFamily::ipv6);
  if (address->sa_family == AF_UNIX) read_unix(address, length);
}

void SpiceAddress::read_inet(const sockaddr* address, socklen_t length,
                             NetworkAddressFamily family) noexcept {
  const int refused =
      ::getnameinfo(address, length, host_.data(), static_cast<socklen_t>(host_.size()), port_.data(),
                    static_cast<socklen_t>(port_.size()), NI_NUMERICHOST | NI_NUMERICSERV);
  if (refused != 0) {
    host_.fill('\0');
    port_.fill('\0');
    return;
  }
  family_ = family;
}

void SpiceAddress::read_unix(const sockaddr* address, socklen_t length) noexcept {
  constexpr std::string_view kHost = "localhost";
  std::copy(kHost.begin(), kHost.end(), host_.begin());
  family_ = NetworkAddressFamily::unix_socket;
  const char* path = reinterpret_cast<const sockaddr_un*>(address)->sun_path;
  const std::size_t room = length - offsetof(sockaddr_un, sun_path);  // 0 for a socket that was never bound
  const std::size_t size = ::strnlen(path, room);
  if (size < port_.size()) std::copy_n(path, size, port_.begin());
}

namespace {

SpiceBasicInfo basic_info(const SpiceAddress& address) noexcept {
  SpiceBasicInfo info{};
  info.host = address.host();
  info.port = address.port();
  info.family = address.family();
  return info;
}

}  // namespace

SpiceConnected spice_connected(const SpiceAddress& server, const SpiceAddress& client) noexcept {
  SpiceConnected event{};
  event.server = basic_info(server);
  event.client = basic_info(client);
  return event;
}

SpiceInitialized spice_initialized(const SpiceAddress& server, std::optional<std::string_view> auth,
                                   const SpiceAddress& client, const SpiceChannelIdentity& channel) noexcept {
  SpiceInitialized event{};
  event.server.host = server.host();
  event.server.port = server.port();
  event.server.family = server.family();
  event.server.auth = auth;
  event.client.host = client.host();
  event.client.port = client.port();
  event.client.family = client.family();
  event.client.connection_id = channel.connection_id;
  event.client.channel_type = channel.channel_type;
  event.client.channel_id = channel.channel_id;
  event.client.tls = channel.tls;
  return event;
}

SpiceDisconnected spice_disconnected(const SpiceAddress& server, const SpiceAddress& client) noexcept {
  SpiceDisconnected event{};
  event.server = basic_info(server);
  event.client = basic_info(client);
  return event;
}

}  // namespace qmpev
