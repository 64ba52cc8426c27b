// SPDX-License-Identifier: MIT
#include "devices/spice_server.hpp"

#include <algorithm>
#include <utility>

namespace qmpev {

SpiceServer::SpiceServer(Emitter emitter, SpiceConfig config)
    : emitter_(std::move(emitter)), config_(std::move(config)) {}

SpiceServer::Connections::iterator SpiceServer::find(ConnectionNumber number) {
  return std::find_if(connections_.begin(), connections_.end(),
                      [&](const Connection& connection) { return connection.number == number; });
}

SpiceServer::ConnectionNumber SpiceServer::accept(const SpiceAddress& server, const SpiceAddress& client) {
  const std::lock_guard lock(mutex_);
  const Connection& connection = connections_.emplace_back(Connection{++last_number_, server, client, {}});
  emitter_.emit(spice_connected(connection.server, connection.client));
  return connection.number;
}

void SpiceServer::link(ConnectionNumber number, const SpiceChannelIdentity& identity) {
  const std::lock_guard lock(mutex_);
  const auto connection = find(number);
  if (connection == connections_.end() || connection->identity) return;
  connection->identity = identity;
  connections_.splice(connections_.end(), connections_, connection);
  emitter_.emit(spice_initialized(connection->server, config_.auth, connection->client, identity));
}

void SpiceServer::close(ConnectionNumber number) {
  const std::lock_guard lock(mutex_);
  const auto connection = find(number);
  if (connection == connections_.end()) return;
  emitter_.emit(spice_disconnected(connection->server, connection->client));
  connections_.erase(connection);
}

std::vector<SpiceServer::Channel> SpiceServer::channels() const {
  const std::lock_guard lock(mutex_);
  std::vector<Channel> linked;
  for (const Connection& connection : connections_)
    if (connection.identity) linked.push_back({connection.client, *connection.identity});
  return linked;
}

}  // namespace qmpev
