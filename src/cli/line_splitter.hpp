// SPDX-License-Identifier: MIT
// Bytes in any pieces -> lines without their CR LF or LF, within a bound. Main thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace qmpev {

class LineSplitter {
 public:
  /// A line of more than `max_line_bytes` is refused.
  explicit LineSplitter(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  void push(std::string_view bytes) { pending_ += bytes; }
  /// The next whole line, if there is one.
  std::optional<std::string> next();
  /// What is there belongs to a line that is too long.
  bool overflowed() const noexcept;

 private:
  const std::size_t max_line_bytes_;
  std::string pending_;
  std::size_t start_ = 0;    ///< of the first line not yet taken
  std::size_t scanned_ = 0;  ///< no line ends before this
};

}  // namespace qmpev
