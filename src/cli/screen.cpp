// SPDX-License-Identifier: MIT
#include "cli/screen.hpp"

#include <unistd.h>

#include <string>

namespace qmpev {

void Screen::start() {
  const std::lock_guard lock(mutex_);
  start_ = std::chrono::steady_clock::now();
}

double Screen::now() {
  const std::lock_guard lock(mutex_);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void Screen::cause(double seconds, std::string_view actor, std::string_view what, std::string_view remark) {
  const std::lock_guard lock(mutex_);
  write_line(cause_line(seconds, actor, what, remark, style_));
}

void Screen::event(double seconds, const EventText& event, std::string_view remark) {
  const std::lock_guard lock(mutex_);
  write_line(event_line(seconds, event, remark, style_));
}

void Screen::say(std::string_view text) {
  const std::lock_guard lock(mutex_);
  write_line(std::string(text));
}

void Screen::write_line(std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written <= 0) return;  // nobody looks any more
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace qmpev
