// SPDX-License-Identifier: MIT
#include "cli/traffic_tail.hpp"

#include <utility>

#include "cli/transcript_line.hpp"

namespace qmpev {

void TrafficTail::add(const Traffic& traffic) {
  if (traffic.bytes.empty()) add_line(shown_line(traffic, {}, start_us_));
  for (const std::string_view piece : line_pieces(traffic.bytes))
    add_line(shown_line(traffic, piece, start_us_));
}

void TrafficTail::add_line(std::string line) {
  line += '\n';
  bytes_ += line.size();
  lines_.push_back(std::move(line));
  while (bytes_ > kTailBytes) {
    bytes_ -= lines_.front().size();
    lines_.pop_front();
    ++left_out_;
  }
}

std::string TrafficTail::text() const {
  std::string all;
  if (left_out_ > 0)
    all = "(" + std::to_string(left_out_) + " earlier lines are left out: --transcript FILE keeps all)\n";
  for (const std::string& line : lines_) all += line;
  return all;
}

}  // namespace qmpev
