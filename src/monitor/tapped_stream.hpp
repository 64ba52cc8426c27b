// SPDX-License-Identifier: MIT
// A Stream that tells a queue what passes another one. Loop thread.
#pragma once

#include <memory>
#include <string>

#include "monitor/stream.hpp"

namespace qmpev {

class TrafficQueue;

/// Gives `stream` a session number in `traffic`, which is borrowed until the stream is gone. `path` is the
/// listener's.
std::unique_ptr<Stream> make_tapped_stream(std::unique_ptr<Stream> stream, TrafficQueue& traffic,
                                           const std::string& path);

}  // namespace qmpev
