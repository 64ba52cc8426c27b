// SPDX-License-Identifier: MIT
#include "spice/channel_events.hpp"

namespace qmpev {

namespace {

SpiceAddress address_of(const sockaddr_storage& address, socklen_t length) {
  return {reinterpret_cast<const sockaddr*>(&address), length};
}

}  // namespace

void ChannelEvents::take(int event, const SpiceChannelEventInfo* info) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  if (event == SPICE_CHANNEL_EVENT_CONNECTED) return connected(info);
  if (event == SPICE_CHANNEL_EVENT_INITIALIZED) return initialized(info);
  if (event == SPICE_CHANNEL_EVENT_DISCONNECTED) return disconnected(info);
}

void ChannelEvents::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
}

void ChannelEvents::connected(const SpiceChannelEventInfo* info) {
  connections_[info] = server_.accept(address_of(info->laddr_ext, info->llen_ext),
                                      address_of(info->paddr_ext, info->plen_ext));
}

void ChannelEvents::initialized(const SpiceChannelEventInfo* info) {
  const auto found = connections_.find(info);
  if (found == connections_.end()) return;
  server_.initialize(found->second, {info->connection_id, static_cast<std::uint8_t>(info->type),
                                     static_cast<std::uint8_t>(info->id),
                                     (info->flags & SPICE_CHANNEL_EVENT_FLAG_TLS) != 0});
}

void ChannelEvents::disconnected(const SpiceChannelEventInfo* info) {
  const auto found = connections_.find(info);
  if (found == connections_.end()) return;
  server_.close(found->second);
  connections_.erase(found);
}

}  // namespace qmpev
