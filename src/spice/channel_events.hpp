// SPDX-License-Identifier: MIT
// What libspice-server says about its channels, brought to the model. The library describes a channel by one
// object that lives from "connected" to "disconnected"; its address is the channel's name. Any thread.
#pragma once

#include <map>
#include <mutex>

#include <spice.h>

#include "devices/spice_server.hpp"

namespace qmpev {

class ChannelEvents {
 public:
  explicit ChannelEvents(SpiceServer& server) : server_(server) {}

  void take(int event, const SpiceChannelEventInfo* info);
  /// From here on nothing is brought any more: the library is being ended.
  void end();

 private:
  void connected(const SpiceChannelEventInfo* info);
  void initialized(const SpiceChannelEventInfo* info);
  void disconnected(const SpiceChannelEventInfo* info);

  SpiceServer& server_;
  std::mutex mutex_;    // held across the model's calls, so that a channel's events stay in their order
  bool ended_ = false;  // guarded by mutex_
  std::map<const SpiceChannelEventInfo*, SpiceServer::ConnectionNumber> connections_;  // guarded by mutex_
};

}  // namespace qmpev
