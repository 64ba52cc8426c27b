// SPDX-License-Identifier: MIT
#include "cli/screen.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <string>
#include <utility>

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
  if (!takes_more()) {
    ++lost_;
    return;
  }
  if (const std::uint64_t lost = std::exchange(lost_, 0); lost > 0)
    line.insert(0, (std::exchange(torn_, false) ? "...\n(" : "(") + std::to_string(lost) +
                       " lines are left out: nobody read them)\n");
  write(line);
}

/// Whether a write does not wait. Only the first refusal in a row is waited for.
bool Screen::takes_more() {
  pollfd writable{fd_, POLLOUT, 0};
  return ::poll(&writable, 1, lost_ > 0 ? 0 : kScreenPatienceMs) != 0;
}

/// In pieces that a pipe takes whole or not at all.
void Screen::write(std::string_view text) {
  while (!text.empty()) {
    if (!takes_more()) {
      ++lost_;
      torn_ = true;
      return;
    }
    const ssize_t written = ::write(fd_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (written <= 0) return;  // nobody looks any more
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace qmpev
