// SPDX-License-Identifier: MIT
#include "cli/watch_line.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace qmpev {

namespace {

constexpr std::size_t kNameColumns = std::string_view("SPICE_DISCONNECTED").size();

std::string time_of_day(const EventText& event) {
  const std::time_t seconds = event.seconds;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d.%06d", local.tm_hour, local.tm_min, local.tm_sec,
                static_cast<int>(std::clamp<std::int64_t>(event.microseconds, 0, 999'999)));
  return text.data();
}

}  // namespace

std::string name_column(const std::string& name) {
  return name + std::string(kNameColumns - std::min(kNameColumns, name.size()), ' ');
}

std::string watch_line(const EventText& event, const Style& style) {
  std::string line = painted(time_of_day(event), Colour::dim, style) + "  ";
  if (event.data.empty()) return line + painted(event.name, Colour::cyan, style);
  return line + painted(name_column(event.name), Colour::cyan, style) + "  " + event.data;
}

}  // namespace qmpev
