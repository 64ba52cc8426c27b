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
  /// A line of more than `max_line_bytes` is not handed out: from then on there is nothing more.
  explicit LineSplitter(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  void push(std::string_view bytes) { pending_ += bytes; }
  /// The next whole line, if there is one.
  std::optional<std::string> next();
  /// A line was too long.
  bool overflowed() const noexcept { return overflowed_; }

 private:
  std::optional<std::string> wait_for_more();

  const std::size_t max_line_bytes_;
  std::string pending_;
  std::size_t start_ = 0;    ///< of the first line not yet taken
  std::size_t scanned_ = 0;  ///< no line ends before this
  bool overflowed_ = false;
};

}  // namespace qmpev
