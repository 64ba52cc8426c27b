// SPDX-License-Identifier: MIT
#include "capi/traffic.hpp"

#include <memory>
#include <string>

namespace qmpev {

namespace {

// Kinds cross the boundary as numbers.
static_assert(QMPEV_TRAFFIC_OPENED == static_cast<int>(Traffic::Kind::opened));
static_assert(QMPEV_TRAFFIC_RECEIVED == static_cast<int>(Traffic::Kind::received));
static_assert(QMPEV_TRAFFIC_SENT == static_cast<int>(Traffic::Kind::sent));
static_assert(QMPEV_TRAFFIC_CLOSED == static_cast<int>(Traffic::Kind::closed));

}  // namespace

TrafficCallback traffic_callback(const qmpev_server_config& config) {
  std::shared_ptr<void> data(config.traffic_user_data, [free = config.traffic_free](void* user_data) {
    if (free != nullptr) free(user_data);
  });
  if (config.traffic == nullptr) return {};
  return [traffic = config.traffic, data](const Traffic& from) {
    const std::string path(from.path);  // C wants a NUL behind it
    qmpev_traffic to{};
    to.size = sizeof to;
    to.session = from.session;
    to.path = path.c_str();
    to.bytes = from.bytes.empty() ? "" : from.bytes.data();
    to.byte_count = from.bytes.size();
    to.time_us = from.time_us;
    to.kind = static_cast<qmpev_traffic_kind>(from.kind);
    traffic(&to, data.get());
  };
}

}  // namespace qmpev
