// SPDX-License-Identifier: MIT
// QEMU's way to say where on the network a monitor is: tcp:HOST:PORT or host=HOST,port=PORT, and which
// families of addresses are meant. Names are not looked up. Main thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

#include "cli/key_values.hpp"

namespace qmpev {

/// A host and a port as they were written, and the families that were named.
struct InetOption {
  std::string host;  ///< without brackets; empty: a server's, which takes all addresses
  std::string port;
  std::optional<bool> ipv4;
  std::optional<bool> ipv6;
};

/// `HOST:PORT`, what stands behind `tcp:`. Fails with invalid_argument and a sentence that begins with
/// `option`, as do those below.
Result<InetOption> parse_inet(std::string_view option, std::string_view text);

/// Takes `ipv4` and `ipv6`.
Result<void> take_families(KeyValues& settings, InetOption& inet);

/// The numeric address that is meant, by who listens there (`server`) or connects.
Result<TcpAddress> resolve_inet(std::string_view option, const InetOption& inet, bool server);

}  // namespace qmpev
