// SPDX-License-Identifier: MIT
// The QMP command of the SPICE server, in QEMU's words: query-spice. Loop thread.
#pragma once

#include <qmpev/server.hpp>

#include "devices/spice_server.hpp"

namespace qmpev {

/// `spice` is borrowed for the server's life.
Result<void> add_spice_commands(Server& server, SpiceServer& spice);

}  // namespace qmpev
