// SPDX-License-Identifier: MIT
// The last of what passed the monitors, for a person who wants to know why a command failed. Loop thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include <qmpev/traffic.hpp>

namespace qmpev {

/// Some thousand lines: more than a person reads, little in a build's log.
inline constexpr std::size_t kTailBytes = std::size_t{256} << 10;

class TrafficTail {
 public:
  /// Times are shown from `start_us` on, microseconds since the Unix epoch.
  explicit TrafficTail(std::int64_t start_us) : start_us_(start_us) {}

  void add(const Traffic& traffic);
  /// Lines with a newline each, at most kTailBytes, and one more about those left out; empty when nobody
  /// came.
  std::string text() const;

 private:
  void add_line(std::string line);

  std::int64_t start_us_;
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace qmpev
