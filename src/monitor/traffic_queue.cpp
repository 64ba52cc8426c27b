// SPDX-License-Identifier: MIT
#include "monitor/traffic_queue.hpp"

#include <utility>

namespace qmpev {

std::uint64_t TrafficQueue::open(const std::shared_ptr<const std::string>& path) {
  add(Traffic::Kind::opened, ++last_session_, path, {});
  return last_session_;
}

void TrafficQueue::add(Traffic::Kind kind, std::uint64_t session,
                       const std::shared_ptr<const std::string>& path, std::string_view bytes) {
  records_.push_back({kind, session, path, std::string(bytes), clock_.wall_us()});
}

void TrafficQueue::tell() {
  while (!records_.empty()) {
    const Record record = std::move(records_.front());
    records_.pop_front();  // first, so that a call from inside the callback goes on behind it
    callback_({record.kind, record.session, *record.path, record.bytes, record.time_us});
  }
}

}  // namespace qmpev
