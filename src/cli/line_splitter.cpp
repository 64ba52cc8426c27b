// SPDX-License-Identifier: MIT
#include "cli/line_splitter.hpp"

namespace qmpev {

std::optional<std::string> LineSplitter::next() {
  const std::size_t end = pending_.find('\n', scanned_);
  if (end == std::string::npos || end - start_ > max_line_bytes_ + 1) {
    pending_.erase(0, start_);
    start_ = 0;
    scanned_ = end == std::string::npos ? pending_.size() : 0;
    return std::nullopt;
  }
  std::string line = pending_.substr(start_, end - start_);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  start_ = end + 1;
  scanned_ = start_;
  return line;
}

bool LineSplitter::overflowed() const noexcept {
  const std::size_t end = pending_.find('\n', start_);
  const std::size_t line_bytes = (end == std::string::npos ? pending_.size() : end) - start_;
  return line_bytes > max_line_bytes_ + 1;
}

}  // namespace qmpev
