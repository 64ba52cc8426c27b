// SPDX-License-Identifier: MIT
// One end of a SPICE connection from text, for viewers that have no socket. Reentrant.
#pragma once

#include <string>

#include "hooks/spice.hpp"

namespace qmpev {

/// `host` is numeric, `port` a number; of a UNIX socket `host` is not looked at and `port` is its path
/// (empty: not bound). What makes no address is one of unknown family.
SpiceAddress spice_endpoint(NetworkAddressFamily family, const std::string& host, const std::string& port);

/// 127.0.0.1.
SpiceAddress loopback_endpoint(std::uint16_t port);

}  // namespace qmpev
