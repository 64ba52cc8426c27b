// SPDX-License-Identifier: MIT
// The QMP commands of the balloon, in QEMU's words: balloon, query-balloon. Loop thread.
#pragma once

#include <functional>

#include <qmpev/server.hpp>

#include "devices/virtio_balloon.hpp"

namespace qmpev {

/// `balloon` is borrowed for the server's life. `on_target` is called after a new target is set, before the
/// reply is sent; the guest acts on it later.
Result<void> add_balloon_commands(Server& server, VirtioBalloon& balloon, std::function<void()> on_target);

}  // namespace qmpev
