// SPDX-License-Identifier: MIT
#include "cli/line_splitter.hpp"

#include <utility>

namespace qmpev {

std::optional<std::string> LineSplitter::next() {
  if (overflowed_) return std::nullopt;
  const std::size_t end = pending_.find('\n', scanned_);
  if (end == std::string::npos) return wait_for_more();
  std::string line = pending_.substr(start_, end - start_);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  start_ = end + 1;
  scanned_ = start_;
  overflowed_ = line.size() > max_line_bytes_;
  return overflowed_ ? std::nullopt : std::optional(std::move(line));
}

std::optional<std::string> LineSplitter::wait_for_more() {
  pending_.erase(0, start_);
  start_ = 0;
  scanned_ = pending_.size();
  overflowed_ = pending_.size() > max_line_bytes_ + 1;  // the one may be the CR
  return std::nullopt;
}

}  // namespace qmpev
