// SPDX-License-Identifier: MIT
// One line of the demo's screen: when, who, what, and why it matters. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "cli/event_text.hpp"
#include "cli/terminal.hpp"

namespace qmpev {

/// A cause; `actor` is guest, viewer, host or the like. Without a newline, like the others.
std::string cause_line(double seconds, std::string_view actor, std::string_view what, std::string_view remark,
                       const Style& style);

/// An effect, as it came over the wire; the data are cut where the terminal ends.
std::string event_line(double seconds, const EventText& event, std::string_view remark, const Style& style);

}  // namespace qmpev
