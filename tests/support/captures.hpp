// SPDX-License-Identifier: MIT
// The event lines captured from QEMU 10.0.2 (tests/conformance/events.jsonl), with what caused them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qmpev::test {

struct Capture {
  std::string name;      ///< the event's
  std::string group;     ///< acpi, balloon, panic, quorum, spice, realguest ...
  std::string scenario;  ///< what was being tried; one scenario may have several lines
  std::string trigger;   ///< the accesses that caused it
  std::string line;      ///< as it left QEMU, CR LF included
};

/// All captures, in the order in which they were taken within a scenario. Ends the test when there are none.
const std::vector<Capture>& captures();

/// The lines of one scenario, their times taken out, all or those of one event; fails the test when there is
/// none.
std::vector<std::string> captured_lines(std::string_view scenario, std::string_view event = {});

/// A line with the numbers of its time stamp replaced by 0.
std::string without_time(std::string_view line);
std::vector<std::string> without_times(const std::vector<std::string>& lines);

}  // namespace qmpev::test
