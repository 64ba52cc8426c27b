// SPDX-License-Identifier: MIT
// The QMP commands of the tree of objects, in QEMU's words: qom-list, qom-get, qom-set. Loop thread.
#pragma once

#include <qmpev/server.hpp>

#include "hypervisor/reference_machine.hpp"

namespace qmpev {

/// `machine` is borrowed for the server's life.
Result<void> add_qom_commands(Server& server, const ReferenceMachine& machine);

}  // namespace qmpev
