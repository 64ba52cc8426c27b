// SPDX-License-Identifier: MIT
// The QMP commands of the ACPI hot-plug controllers, in QEMU's words: query-acpi-ospm-status. Loop thread.
#pragma once

#include <qmpev/server.hpp>

#include "hypervisor/reference_machine.hpp"

namespace qmpev {

/// `machine` is borrowed for the server's life.
Result<void> add_acpi_commands(Server& server, ReferenceMachine& machine);

}  // namespace qmpev
