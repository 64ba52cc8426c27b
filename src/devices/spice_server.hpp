// SPDX-License-Identifier: MIT
// The connections of a SPICE server as QMP sees them: one per channel, accepted, perhaps linked, closed.
// There is no SPICE protocol in here: whoever drives it says what the wire said. Any thread: SPICE calls from
// threads of its own. The lock is held across emit so that a channel's events leave in the order of its life.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <qmpev/emitter.hpp>

#include "hooks/spice.hpp"

namespace qmpev {

struct SpiceConfig {
  std::optional<std::string> auth;  ///< "none", "spice" or "sasl"; absent: not said
};

class SpiceServer {
 public:
  /// Names a connection until it is closed; never used again.
  using ConnectionNumber = std::uint64_t;

  /// What query-spice says about one channel.
  struct Channel {
    SpiceAddress client;
    SpiceChannelIdentity identity;
  };

  SpiceServer(Emitter emitter, SpiceConfig config);

  /// A client has connected, before any byte, TLS or authentication: SPICE_CONNECTED.
  ConnectionNumber accept(const SpiceAddress& server, const SpiceAddress& client);
  /// Link stage and authentication have succeeded: SPICE_INITIALIZED, once.
  void link(ConnectionNumber number, const SpiceChannelIdentity& identity);
  /// The stream is closed, whatever became of it: SPICE_DISCONNECTED, once.
  void close(ConnectionNumber number);

  /// Linked channels, in the order in which they were linked.
  std::vector<Channel> channels() const;
  const SpiceConfig& config() const noexcept { return config_; }

 private:
  struct Connection {
    ConnectionNumber number;
    SpiceAddress server;
    SpiceAddress client;
    std::optional<SpiceChannelIdentity> identity;  ///< from link() on
  };
  using Connections = std::list<Connection>;
  Connections::iterator find(ConnectionNumber number);

  const Emitter emitter_;
  const SpiceConfig config_;
  mutable std::mutex mutex_;
  ConnectionNumber last_number_ = 0;  // guarded by mutex_
  Connections connections_;           // guarded by mutex_; a connection goes to the end when it is linked
};

}  // namespace qmpev
