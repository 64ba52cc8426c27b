// SPDX-License-Identifier: MIT
// The QMP commands that belong to devices: balloon, query-balloon, query-acpi-ospm-status, query-spice; in
// QEMU's words. Loop thread.
#pragma once

#include <functional>

#include <qmpev/server.hpp>

#include "cli/reference_machine.hpp"

namespace qmpev {

/// `machine` is borrowed for the server's life. `on_balloon_target` is called after a new target is set,
/// before the reply is sent; the guest acts on it later.
Result<void> add_device_commands(Server& server, ReferenceMachine& machine,
                                 std::function<void()> on_balloon_target);

}  // namespace qmpev
