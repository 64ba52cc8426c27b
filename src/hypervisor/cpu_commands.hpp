// SPDX-License-Identifier: MIT
// The QMP command of the processors, in QEMU's words: query-cpus-fast. Loop thread.
#pragma once

#include <qmpev/server.hpp>

#include "hypervisor/guest.hpp"
#include "hypervisor/reference_machine.hpp"

namespace qmpev {

/// Both borrowed for the server's life. One guest thread plays every processor, and is named as the thread of
/// each.
Result<void> add_cpu_commands(Server& server, const ReferenceMachine& machine, const Guest& guest);

}  // namespace qmpev
