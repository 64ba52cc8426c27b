// SPDX-License-Identifier: MIT
// One event as `qmpev watch` prints it: time of day, name, data. Main thread.
#pragma once

#include <string>

#include "cli/event_text.hpp"
#include "cli/terminal.hpp"

namespace qmpev {

/// Without a newline. The time is the event's own, in the local time zone.
std::string watch_line(const EventText& event, const Style& style);

/// An event's name in a column wide enough for the longest.
std::string name_column(const std::string& name);

}  // namespace qmpev
