// SPDX-License-Identifier: MIT
// The QMP commands of the ACPI hot-plug controllers, in QEMU's words: query-acpi-ospm-status, device_del.
// Loop thread.
#pragma once

#include <functional>

#include <qmpev/server.hpp>

#include "hypervisor/reference_machine.hpp"

namespace qmpev {

/// `machine` is borrowed for the server's life. `on_ask` is called after a device was asked to go, before the
/// reply is sent; the guest answers later.
Result<void> add_acpi_commands(Server& server, ReferenceMachine& machine, std::function<void()> on_ask);

}  // namespace qmpev
