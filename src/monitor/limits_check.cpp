// SPDX-License-Identifier: MIT
#include "monitor/limits_check.hpp"

#include <string>

namespace qmpev {

Result<void> check_limits(const Limits& limits) {
  const struct {
    const char* name;
    std::size_t value, least, most;
  } bounds[] = {
      {"throttle_keys", limits.throttle_keys, kMinThrottleKeys, kMaxThrottleKeys},
      {"kept_keys", limits.kept_keys, 1, kMaxKeptKeys},
      {"message_bytes", limits.message_bytes, kMinMessageBytes, kMaxMessageBytes},
      {"message_tokens", limits.message_tokens, kMinMessageTokens, kMaxMessageTokens},
      {"message_depth", limits.message_depth, kMinMessageDepth, kMaxMessageDepth},
      {"input_bytes", limits.input_bytes, kFreeInputBytes, kMaxAllInputBytes},
      {"queued_requests", limits.queued_requests, 1, kMaxQueuedRequests},
      {"node_members", limits.node_members, kMinNodeMembers, kMaxNodeMembers},
  };
  for (const auto& bound : bounds) {
    if (bound.value >= bound.least && bound.value <= bound.most) continue;
    return Error{ErrorCode::invalid_argument,
                 std::string("limits.") + bound.name + " is " + std::to_string(bound.value) + ": use " +
                     std::to_string(bound.least) + " to " + std::to_string(bound.most)};
  }
  return {};
}

}  // namespace qmpev
