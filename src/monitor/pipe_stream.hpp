// SPDX-License-Identifier: MIT
// A Stream over two descriptors that others may share, such as a terminal's, a pipe's or a file's: one is
// read, one is written, and neither is changed. The end of the input is no end of the conversation: who
// writes no more may still listen. Loop thread.
#pragma once

#include <memory>

#include "monitor/stream.hpp"

namespace qmpev {

class Loop;

/// Both descriptors are borrowed, and `loop` is, until the stream is closed. Writing to a pipe that nobody
/// reads raises SIGPIPE: whoever shares such descriptors ignores it. Null when the loop cannot watch them.
std::unique_ptr<Stream> make_pipe_stream(int input, int output, Loop& loop);

}  // namespace qmpev
