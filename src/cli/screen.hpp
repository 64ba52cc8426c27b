// SPDX-License-Identifier: MIT
// The demo's screen: lines with the time since its start, whole lines only, from several threads. Any thread.
#pragma once

#include <chrono>
#include <mutex>
#include <string_view>

#include "cli/screen_line.hpp"

namespace qmpev {

class Screen {
 public:
  /// Writes to `fd`, which is borrowed.
  Screen(int fd, const Style& style) : fd_(fd), style_(style) {}

  /// From now on time is counted.
  void start();
  /// Seconds since then.
  double now();
  /// Lines with the time at which something was seen; its caller keeps them in order.
  void cause(double seconds, std::string_view actor, std::string_view what, std::string_view remark = {});
  void event(double seconds, const EventText& event, std::string_view remark = {});
  /// A line without time.
  void say(std::string_view text);

 private:
  void write_line(std::string line);

  const int fd_;
  const Style style_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();  // guarded by mutex_
};

}  // namespace qmpev
