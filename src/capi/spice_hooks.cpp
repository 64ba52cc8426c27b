// SPDX-License-Identifier: MIT
// The C boundary of the SPICE hooks: addresses as sockets give them become the three events. Any thread.
#include <qmpev/qmpev_spice.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "capi/read_event.hpp"
#include "hooks/spice.hpp"

namespace {

using namespace qmpev;

/// What every one of the three events is made of.
struct Ends {
  SpiceAddress server;
  SpiceAddress client;
};

/// Nothing when the structure is too short.
std::optional<Ends> ends_of(const qmpev_spice_connection* from) noexcept {
  if (from == nullptr || !reaches(*from, &qmpev_spice_connection::client_length)) return {};
  return Ends{{from->server, from->server_length}, {from->client, from->client_length}};
}

bool take_byte(std::uint32_t from, std::uint8_t& to) noexcept {
  to = static_cast<std::uint8_t>(from);
  return from <= std::numeric_limits<std::uint8_t>::max();
}

bool take_identity(const qmpev_spice_connection& from, SpiceChannelIdentity& to) noexcept {
  if (!reaches(from, &qmpev_spice_connection::tls)) return false;
  to.connection_id = from.connection_id;
  to.tls = from.tls != 0;
  return take_byte(from.channel_type, to.channel_type) && take_byte(from.channel_id, to.channel_id);
}

std::optional<std::string_view> auth_of(const qmpev_spice_connection& from) noexcept {
  if (from.auth == nullptr) return {};
  return from.auth;
}

}  // namespace

extern "C" {

void qmpev_hook_spice_connected(qmpev_emitter* handle, const qmpev_spice_connection* connection) {
  const Emitter* const emitter = emitter_of(handle);
  if (emitter == nullptr) return;
  const auto ends = ends_of(connection);
  if (!ends) return emitter->count_invalid(Describe<SpiceConnected>::kind);
  emitter->emit(spice_connected(ends->server, ends->client));
}

void qmpev_hook_spice_initialized(qmpev_emitter* handle, const qmpev_spice_connection* connection) {
  const Emitter* const emitter = emitter_of(handle);
  if (emitter == nullptr) return;
  const auto ends = ends_of(connection);
  SpiceChannelIdentity identity{};
  if (!ends || !take_identity(*connection, identity))
    return emitter->count_invalid(Describe<SpiceInitialized>::kind);
  emitter->emit(spice_initialized(ends->server, auth_of(*connection), ends->client, identity));
}

void qmpev_hook_spice_disconnected(qmpev_emitter* handle, const qmpev_spice_connection* connection) {
  const Emitter* const emitter = emitter_of(handle);
  if (emitter == nullptr) return;
  const auto ends = ends_of(connection);
  if (!ends) return emitter->count_invalid(Describe<SpiceDisconnected>::kind);
  emitter->emit(spice_disconnected(ends->server, ends->client));
}

}  // extern "C"
