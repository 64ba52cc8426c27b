// SPDX-License-Identifier: MIT
// The command line of `qmpev run`: options of serve, `--`, a command. Main thread.
#pragma once

#include <string>
#include <vector>

#include <qmpev/result.hpp>
#include <qmpev/wire_form.hpp>

#include "cli/serve_options.hpp"

namespace qmpev {

struct RunOptions {
  ServeOptions serve;                  ///< `listen`: monitors besides the command's own
  WireForm form = WireForm::document;  ///< of the command's own monitor
  std::vector<std::string> command;    ///< never empty, but for help
};

/// Fails with invalid_argument and a sentence that says what to write instead.
Result<RunOptions> parse_run_options(const std::vector<std::string>& words);

}  // namespace qmpev
