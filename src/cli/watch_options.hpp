// SPDX-License-Identifier: MIT
// The command line of `qmpev watch`. Main thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <qmpev/result.hpp>

namespace qmpev {

struct WatchOptions {
  std::string path;  ///< empty: the default socket
  bool json = false;
  std::optional<std::uint64_t> count;
  std::string until;  ///< an event's name; empty: any
  std::optional<std::chrono::milliseconds> timeout;
  std::string state;  ///< where to remember what was printed; empty: nowhere
  bool help = false;
};

/// Fails with invalid_argument and a sentence that says what to write instead.
Result<WatchOptions> parse_watch_options(std::vector<std::string> words);

}  // namespace qmpev
