// SPDX-License-Identifier: MIT
// What passed the sessions and was not told yet. Sessions and listeners are in the middle of something when
// bytes pass, and the callback may destroy the server: so it is told between dispatches, from copies. Loop
// thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include <qmpev/traffic.hpp>

#include "base/clock.hpp"

namespace qmpev {

class TrafficQueue {
 public:
  /// `clock` is borrowed for the life of this object.
  TrafficQueue(const Clock& clock, TrafficCallback callback)
      : clock_(clock), callback_(std::move(callback)) {}

  /// A number for the next session; says that it opened.
  std::uint64_t open(const std::shared_ptr<const std::string>& path);
  void add(Traffic::Kind kind, std::uint64_t session, const std::shared_ptr<const std::string>& path,
           std::string_view bytes);

  /// Calls out until nothing is left. Reentrant: the order stays. The object must survive the call.
  void tell();

 private:
  struct Record {
    Traffic::Kind kind;
    std::uint64_t session;
    std::shared_ptr<const std::string> path;
    std::string bytes;
    std::int64_t time_us;
  };
  const Clock& clock_;
  TrafficCallback callback_;
  std::deque<Record> records_;
  std::uint64_t last_session_ = 0;
};

}  // namespace qmpev
