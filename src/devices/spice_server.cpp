// SPDX-License-Identifier: MIT
#include "devices/spice_server.hpp"

#include <algorithm>
#include <iterator>
#include <random>
#include <utility>

namespace qmpev {

std::string_view words_of(SpiceRefusal refusal) noexcept {
  switch (refusal) {
    case SpiceRefusal::not_open:
      return "no such connection is open";
    case SpiceRefusal::bad_magic:
      return "bad magic";
    case SpiceRefusal::bad_version:
      return "unknown protocol version";
    case SpiceRefusal::bad_size:
      return "bad size of the link message";
    case SpiceRefusal::needs_tls:
      return "this channel needs TLS";
    case SpiceRefusal::no_such_channel:
      return "no such channel";
    case SpiceRefusal::wrong_password:
      return "wrong password";
    case SpiceRefusal::unknown_connection_id:
      return "unknown connection id";
    case SpiceRefusal::channel_in_use:
      return "the session has this channel already";
  }
  return "";
}

std::function<std::int32_t()> random_connection_ids(std::uint32_t seed) {
  return [random = std::mt19937(seed)]() mutable { return static_cast<std::int32_t>(random()); };
}

namespace {

SpiceConfig completed(SpiceConfig config) {
  if (!config.draw_connection_id)
    config.draw_connection_id = random_connection_ids(std::mt19937::default_seed);
  return config;
}

}  // namespace

SpiceServer::SpiceServer(Emitter emitter, SpiceConfig config)
    : emitter_(std::move(emitter)), config_(completed(std::move(config))) {}

SpiceServer::Connections::iterator SpiceServer::find(ConnectionNumber number) {
  return std::find_if(connections_.begin(), connections_.end(),
                      [&](const Connection& connection) { return connection.number == number; });
}

SpiceServer::ConnectionNumber SpiceServer::accept(const SpiceAddress& server, const SpiceAddress& client) {
  const std::lock_guard lock(mutex_);
  if (!config_.enabled) return kNoConnection;
  if (connections_.size() >= kMaxConnections) {
    ++refused_;
    return kNoConnection;
  }
  const Connection& connection = connections_.emplace_back(Connection{++last_number_, server, client});
  emitter_.emit(spice_connected(connection.server, connection.client));
  return connection.number;
}

void SpiceServer::drop(Connections::iterator connection) {
  emitter_.emit(spice_disconnected(connection->server, connection->client));
  connections_.erase(connection);
}

/// The channel that came up last goes first, the main channel last: so libspice-server takes a session down.
void SpiceServer::end_session() {
  const std::int32_t id = session_->id;
  session_.reset();
  for (auto next = connections_.end(); next != connections_.begin();) {
    const auto connection = std::prev(next);
    if (connection->link && connection->identity && connection->identity->connection_id == id)
      drop(connection);
    else
      next = connection;
  }
}

void SpiceServer::close(ConnectionNumber number) {
  const std::lock_guard lock(mutex_);
  const auto connection = find(number);
  if (connection == connections_.end()) return;
  if (session_ && session_->main == number) return end_session();
  drop(connection);
}

void SpiceServer::bring_up(Connections::iterator connection, const SpiceChannelIdentity& identity) {
  connection->identity = identity;
  connections_.splice(connections_.end(), connections_, connection);
  emitter_.emit(spice_initialized(connection->server, config_.auth, connection->client, identity));
}

void SpiceServer::initialize(ConnectionNumber number, const SpiceChannelIdentity& identity) {
  const std::lock_guard lock(mutex_);
  const auto connection = find(number);
  if (connection != connections_.end() && !connection->identity) bring_up(connection, identity);
}

std::optional<SpiceRefusal> SpiceServer::judge(const SpiceLink& link) const {
  if (link.magic != kSpiceMagic) return SpiceRefusal::bad_magic;
  if (link.major != kSpiceMajor) return SpiceRefusal::bad_version;
  if (link.bytes < kMinSpiceLinkBytes || link.bytes > kMaxSpiceLinkBytes) return SpiceRefusal::bad_size;
  const bool known = link.channel_type >= kSpiceMain && link.channel_type <= kSpiceRecord;
  if (!known || link.channel_id != 0) return SpiceRefusal::no_such_channel;
  if (!link.tls && (config_.tls_channels >> link.channel_type & 1) != 0) return SpiceRefusal::needs_tls;
  return {};
}

std::optional<SpiceRefusal> SpiceServer::link(ConnectionNumber number, const SpiceLink& link) {
  const std::lock_guard lock(mutex_);
  const auto connection = find(number);
  if (connection == connections_.end() || connection->link || connection->identity)
    return SpiceRefusal::not_open;
  const auto refusal = judge(link);
  if (refusal)
    drop(connection);
  else
    connection->link = link;
  return refusal;
}

std::optional<SpiceRefusal> SpiceServer::judge(const Connection& connection,
                                               std::string_view password) const {
  const bool needs_password = config_.auth && *config_.auth != "none";
  if (needs_password && password != config_.password) return SpiceRefusal::wrong_password;
  const SpiceLink& link = *connection.link;
  const bool opens_session = link.channel_type == kSpiceMain && link.connection_id == 0;
  if (opens_session) return {};
  if (!session_ || link.connection_id != session_->id) return SpiceRefusal::unknown_connection_id;
  const bool taken = std::any_of(connections_.begin(), connections_.end(), [&](const Connection& other) {
    return other.link && other.identity && other.identity->channel_type == link.channel_type;
  });
  if (taken) return SpiceRefusal::channel_in_use;
  return {};
}

SpiceServer::Admission SpiceServer::authenticate(ConnectionNumber number, std::string_view password) {
  const std::lock_guard lock(mutex_);
  const auto connection = find(number);
  if (connection == connections_.end() || !connection->link || connection->identity)
    return {SpiceRefusal::not_open};
  if (const auto refusal = judge(*connection, password)) {
    drop(connection);
    return {refusal};
  }
  const SpiceLink& link = *connection->link;
  if (link.channel_type == kSpiceMain) {
    if (session_) end_session();
    const std::int32_t drawn = config_.draw_connection_id();
    session_ = Session{drawn == 0 ? 1 : drawn, number};  // 0 asks for a new session
  }
  bring_up(connection, {session_->id, link.channel_type, link.channel_id, link.tls});
  return {{}, session_->id};
}

std::vector<SpiceServer::Channel> SpiceServer::channels() const {
  const std::lock_guard lock(mutex_);
  std::vector<Channel> up;
  for (const Connection& connection : connections_)
    if (connection.identity) up.push_back({connection.client, *connection.identity});
  return up;
}

std::vector<SpiceServer::ConnectionNumber> SpiceServer::connections() const {
  const std::lock_guard lock(mutex_);
  std::vector<ConnectionNumber> open;
  for (const Connection& connection : connections_) open.push_back(connection.number);
  return open;
}

std::optional<std::int32_t> SpiceServer::session() const {
  const std::lock_guard lock(mutex_);
  if (!session_) return {};
  return session_->id;
}

bool SpiceServer::has_room() const {
  const std::lock_guard lock(mutex_);
  return connections_.size() < kMaxConnections;
}

std::uint64_t SpiceServer::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

void SpiceServer::count_refused() {
  const std::lock_guard lock(mutex_);
  ++refused_;
}

}  // namespace qmpev
