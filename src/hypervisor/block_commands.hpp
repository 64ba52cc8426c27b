// SPDX-License-Identifier: MIT
// The QMP commands of the block nodes, in QEMU's words: blockdev-add, blockdev-del. A blkdebug node with a
// configuration is added when its file has been read, which is the machine's one command that takes its time.
// Loop thread.
#pragma once

#include <functional>

#include <qmpev/server.hpp>

namespace qmpev {

/// Has a job run on the loop thread. Any thread, also when the machine is gone: then nothing runs.
using PostJob = std::function<void(std::function<void()>)>;

Result<void> add_block_commands(Server& server, PostJob post);

}  // namespace qmpev
