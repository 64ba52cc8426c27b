// SPDX-License-Identifier: MIT
// A monitor that goes to its client: connects to a UNIX socket or TCP port somebody else listens on, serves
// one session there, and dials again when it was told to. The log hears of the first attempt that fails and
// of the one that then succeeds, not of those between. Loop thread.
#pragma once

#include <memory>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

#include "monitor/monitors.hpp"

namespace qmpev {

class Loop;
class TrafficQueue;

/// How soon a socket whose queue is full is tried again.
inline constexpr int kDialRetryMs = 100;

class Dialer {
 public:
  /// Dials for the first time; when nobody is there, that is a failure only without a reconnect time. `loop`,
  /// `monitors` and `traffic` (null: nobody listens to it) are borrowed for the dialer's life. Fails as
  /// Server::dial does.
  static Result<std::unique_ptr<Dialer>> create(const ConnectionConfig& config, Loop& loop,
                                                Monitors& monitors, TrafficQueue* traffic);
  /// Says in the log what became of the first attempt, if that is worth a word. Calls out: the last thing a
  /// caller does.
  void report();
  /// Dials no more. A session stays.
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

 private:
  class Line;
  explicit Dialer(std::unique_ptr<Line> line) noexcept;
  std::unique_ptr<Line> line_;
};

}  // namespace qmpev
