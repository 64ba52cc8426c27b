// SPDX-License-Identifier: MIT
#include "cli/screen_line.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/watch_line.hpp"

namespace qmpev {

namespace {

constexpr std::size_t kMinDataColumns = 24;
constexpr std::size_t kWhoColumns = 8;
constexpr std::string_view kCut = "...";
constexpr std::string_view kGap = "   ";

std::string time_text(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%6.2f", seconds);
  return text.data();
}

Colour colour_of(std::string_view actor) noexcept {
  if (actor == "guest") return Colour::yellow;
  if (actor == "viewer") return Colour::green;
  return Colour::magenta;
}

/// A word in the column that tells who did it, and the gap behind.
std::string in_column(std::string_view word, Colour colour, const Style& style) {
  const std::size_t gap = kWhoColumns - std::min(kWhoColumns - 1, word.size());
  return painted(word, colour, style) + std::string(gap, ' ');
}

std::string with_remark(std::string line, std::string_view remark, const Style& style) {
  if (remark.empty()) return line;
  line += kGap;
  return line + painted(remark, Colour::dim, style);
}

/// As much of the data as the line has room for.
std::string fitted(std::string data, std::size_t other_columns, const Style& style) {
  if (style.width == 0) return data;
  const std::size_t room = std::max(kMinDataColumns, style.width - std::min(style.width, other_columns));
  if (data.size() <= room) return data;
  data.resize(room - kCut.size());
  return data.append(kCut);
}

}  // namespace

std::string cause_line(double seconds, std::string_view actor, std::string_view what, std::string_view remark,
                       const Style& style) {
  const std::string line =
      time_text(seconds) + "  " + in_column(actor, colour_of(actor), style) + std::string(what);
  return with_remark(line, remark, style);
}

std::string event_line(double seconds, const EventText& event, std::string_view remark, const Style& style) {
  const std::string start = time_text(seconds) + "  event   " + name_column(event.name) + "  ";
  const std::size_t remark_columns = remark.empty() ? 0 : kGap.size() + remark.size();
  const std::string data = fitted(event.data, start.size() + remark_columns, style);
  const std::string line =
      time_text(seconds) + "  " + in_column("event", Colour::cyan, style) +
      painted(data.empty() && remark.empty() ? event.name : name_column(event.name), Colour::bold, style);
  return with_remark(data.empty() ? line : line + "  " + data, remark, style);
}

}  // namespace qmpev
