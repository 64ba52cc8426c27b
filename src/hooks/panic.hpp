// SPDX-License-Identifier: MIT
// A guest's panic -> GUEST_PANICKED: the machine's policy becomes the word of the action it takes.
// Pure translation, no state. Any thread.
#pragma once

#include <qmpev/events.hpp>

namespace qmpev {

/// What a machine does when its guest panics, in the words an operator configures (`panic=WORD`). The event
/// has words of its own: pause, poweroff, run.
enum class PanicPolicy { pause, shutdown, none };

GuestPanicked guest_panicked(PanicPolicy policy) noexcept;

}  // namespace qmpev
