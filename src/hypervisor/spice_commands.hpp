// SPDX-License-Identifier: MIT
// The QMP command of the SPICE server, in QEMU's words: query-spice. Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <qmpev/server.hpp>

#include "devices/spice_server.hpp"

namespace qmpev {

/// What query-spice says beside the channels.
struct SpiceFace {
  std::string host;                         ///< or the path of a UNIX socket
  std::optional<std::uint16_t> port{};      ///< absent: a UNIX socket
  std::string library_version{};            ///< empty: there is no library at work
  std::function<bool()> is_server_mouse{};  ///< empty: it is
};

/// `spice` is borrowed for the server's life.
Result<void> add_spice_commands(Server& server, SpiceServer& spice, SpiceFace face);

}  // namespace qmpev
