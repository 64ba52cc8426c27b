// SPDX-License-Identifier: MIT
// The command line of `qmpev trigger`. Main thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <qmpev/result.hpp>

namespace qmpev {

struct TriggerOptions {
  std::string path;    ///< empty: the default socket
  std::string device;  ///< empty: list what there is
  std::string action;  ///< empty: the device's first
  std::map<std::string, std::string> arguments;
  bool list = false;  ///< of the device: what it can do; nothing is triggered
  bool json = false;
  bool help = false;
};

/// The first word is a socket when it contains '/' or begins with `unix:`. Fails with invalid_argument and a
/// sentence that says what to write instead.
Result<TriggerOptions> parse_trigger_options(std::vector<std::string> words);

}  // namespace qmpev
