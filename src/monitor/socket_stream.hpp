// SPDX-License-Identifier: MIT
// A Stream over a connected socket in the loop. Loop thread.
#pragma once

#include <memory>

#include "base/unique_fd.hpp"
#include "monitor/stream.hpp"

namespace qmpev {

class Loop;

/// Takes a connected socket; `loop` is borrowed until the stream is closed. Null when the loop cannot watch
/// it.
std::unique_ptr<Stream> make_socket_stream(UniqueFd socket, Loop& loop);

}  // namespace qmpev
