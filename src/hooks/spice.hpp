// SPDX-License-Identifier: MIT
// SPICE connections -> SPICE_CONNECTED, SPICE_INITIALIZED, SPICE_DISCONNECTED: socket addresses become host,
// port and family as text. Pure translation, no state. Any thread, SPICE's own included.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <qmpev/events.hpp>

namespace qmpev {

/// One end of a connection as text; owns it, so a channel keeps it from accept to close. Hosts are numeric,
/// IPv6 without brackets; a UNIX socket is host `localhost` with its path as port.
class SpiceAddress {
 public:
  /// As accept() or getsockname() gave it. A `length` too short for its family is an unknown address.
  SpiceAddress(const sockaddr* address, socklen_t length) noexcept;

  std::string_view host() const noexcept { return host_.data(); }
  std::string_view port() const noexcept { return port_.data(); }
  NetworkAddressFamily family() const noexcept { return family_; }

 private:
  void read_inet(const sockaddr* address, socklen_t length, NetworkAddressFamily family) noexcept;
  void read_unix(const sockaddr* address, socklen_t length) noexcept;

  std::array<char, 64> host_{};  // an IPv6 address with its zone: 45 + 1 + 15
  std::array<char, 32> port_{};
  NetworkAddressFamily family_ = NetworkAddressFamily::unknown;
};

/// What the link stage of a channel settled.
struct SpiceChannelIdentity {
  std::int32_t connection_id;  ///< random and signed; shared by the channels of one client
  std::uint8_t channel_type;   ///< 1 is the main channel
  std::uint8_t channel_id;
  bool tls;
};

// Each result borrows its addresses, and `auth`.
SpiceConnected spice_connected(const SpiceAddress& server, const SpiceAddress& client) noexcept;
SpiceInitialized spice_initialized(const SpiceAddress& server, std::optional<std::string_view> auth,
                                   const SpiceAddress& client, const SpiceChannelIdentity& channel) noexcept;
SpiceDisconnected spice_disconnected(const SpiceAddress& server, const SpiceAddress& client) noexcept;

}  // namespace qmpev
