// SPDX-License-Identifier: MIT
// The demo's screen: lines with the time since its start, whole lines only, from several threads. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "cli/screen_line.hpp"

namespace qmpev {

/// How long the loop waits for a screen; whoever reads at all does so sooner.
inline constexpr int kScreenPatienceMs = 200;

class Screen {
 public:
  /// Writes to `fd`, which is borrowed. A terminal that is stopped or a pipe that nobody empties is waited
  /// for once, then it loses lines, and is told so when it takes some again: the machine goes on.
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
  bool takes_more();
  void write(std::string_view text);

  const int fd_;
  const Style style_;
  std::mutex mutex_;
  std::uint64_t lost_ = 0;  // lines since the screen stopped taking them
  bool torn_ = false;       // the first of them was begun
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();  // guarded by mutex_
};

}  // namespace qmpev
