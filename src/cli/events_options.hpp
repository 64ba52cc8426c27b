// SPDX-License-Identifier: MIT
// The command line of `qmpev events`. Main thread.
#pragma once

#include <string>
#include <vector>

#include <qmpev/result.hpp>
#include <qmpev/wire_form.hpp>

namespace qmpev {

struct EventsOptions {
  std::string name;  ///< empty: list all
  WireForm form = WireForm::document;
  bool help = false;
};

/// Fails with invalid_argument and a sentence that says what to write instead.
Result<EventsOptions> parse_events_options(std::vector<std::string> words);

}  // namespace qmpev
