// SPDX-License-Identifier: MIT
// The C interface's options of a monitor as the C++ server takes them. Reentrant.
#pragma once

#include <qmpev/qmpev.h>
#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

namespace qmpev {

/// Copies whatever they point to. Fail with invalid_argument on a size, a form, a role or a flag that does
/// not exist, and where a place is missing. `need_place`: a path or a host has to be there.
Result<ListenerConfig> listener_config(qmpev_wire_form form, const qmpev_monitor_options* options,
                                       bool need_place);
Result<ConnectionConfig> connection_config(qmpev_wire_form form, const qmpev_monitor_options* options,
                                           bool need_place);

}  // namespace qmpev
