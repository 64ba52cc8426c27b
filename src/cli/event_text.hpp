// SPDX-License-Identifier: MIT
// One event line of the wire, taken apart for people: name, time, data. Main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qmpev {

struct EventText {
  std::string name;
  std::string data;  ///< raw JSON; empty when the event has none
  std::int64_t seconds = 0;
  std::int64_t microseconds = 0;
};

/// Nothing when the line is no event.
std::optional<EventText> read_event(std::string_view line);

/// `text` with every byte that is not printable ASCII replaced by `?`: safe on a terminal.
std::string printable(std::string_view text);

}  // namespace qmpev
