// SPDX-License-Identifier: MIT
// The QMP commands that QEMU executes out of band, of a machine with no connection to give up and no
// migration: query-yank, yank, migrate-pause, migrate-recover, in QEMU's words. Loop thread.
#pragma once

#include <qmpev/server.hpp>

namespace qmpev {

Result<void> add_oob_commands(Server& server);

}  // namespace qmpev
