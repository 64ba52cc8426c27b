// SPDX-License-Identifier: MIT
#include "hypervisor/spice_commands.hpp"

#include <utility>

#include "event/event_tables.hpp"
#include "hypervisor/json_answer.hpp"

namespace qmpev {

namespace {

JsonObject* channel_object(const SpiceServer::Channel& channel) {
  JsonObject* object = json_object_new();
  set_text(object, "host", channel.client.host());
  set_text(object, "port", channel.client.port());
  set_text(object, "family", wire_name(channel.client.family()));
  json_object_set_int_member(object, "connection-id", channel.identity.connection_id);
  json_object_set_int_member(object, "channel-type", channel.identity.channel_type);
  json_object_set_int_member(object, "channel-id", channel.identity.channel_id);
  json_object_set_boolean_member(object, "tls", channel.identity.tls);
  return object;
}

/// What QEMU says of a machine without SPICE.
Answer no_spice() {
  JsonObject* info = json_object_new();
  json_object_set_boolean_member(info, "enabled", FALSE);
  json_object_set_boolean_member(info, "migrated", FALSE);
  json_object_set_string_member(info, "mouse-mode", "client");
  return answer_of(info);
}

Answer query_spice(const SpiceServer& spice, const SpiceFace& face) {
  if (!spice.config().enabled) return no_spice();
  JsonArray* channels = json_array_new();
  for (const SpiceServer::Channel& channel : spice.channels())
    json_array_add_object_element(channels, channel_object(channel));
  JsonObject* info = json_object_new();
  json_object_set_boolean_member(info, "enabled", TRUE);
  json_object_set_boolean_member(info, "migrated", FALSE);
  set_text(info, "host", face.host);
  if (face.port) json_object_set_int_member(info, "port", *face.port);
  if (spice.config().auth) set_text(info, "auth", *spice.config().auth);
  if (!face.library_version.empty()) set_text(info, "compiled-version", face.library_version);
  const bool server_mouse = !face.is_server_mouse || face.is_server_mouse();
  json_object_set_string_member(info, "mouse-mode", server_mouse ? "server" : "client");
  json_object_set_array_member(info, "channels", channels);
  return answer_of(info);
}

}  // namespace

Result<void> add_spice_commands(Server& server, SpiceServer& spice, SpiceFace face) {
  return server.add_command(
      query("query-spice", [&spice, face = std::move(face)] { return query_spice(spice, face); }));
}

}  // namespace qmpev
