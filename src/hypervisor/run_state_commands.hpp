// SPDX-License-Identifier: MIT
// The QMP commands of the machine's life, in QEMU's order and words: stop, cont, system_reset,
// system_powerdown, quit, query-status and set-action. Their events precede their replies. Loop thread.
#pragma once

#include <functional>

#include <qmpev/server.hpp>

#include "devices/machine.hpp"

namespace qmpev {

/// `machine` is asked for at each command, for it does not exist yet when a server is created; it lives as
/// long as the server. `on_change` is called when vCPUs may have started or stopped.
RunControl run_control(std::function<Machine&()> machine, std::function<void()> on_change);

/// set-action and x-exit-preconfig. `machine` is borrowed for the server's life; `on_change` as above.
Result<void> add_run_state_commands(Server& server, Machine& machine, std::function<void()> on_change);

}  // namespace qmpev
