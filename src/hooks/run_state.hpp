// SPDX-License-Identifier: MIT
// The cause of a reset or an end -> RESET, SHUTDOWN: whether the guest asked follows from the cause.
// Pure translation, no state. Any thread.
#pragma once

#include <qmpev/events.hpp>

namespace qmpev {

Reset reset_by(ShutdownCause cause) noexcept;
Shutdown shutdown_by(ShutdownCause cause) noexcept;

}  // namespace qmpev
