// SPDX-License-Identifier: MIT
// Generated from everything.json; do not edit. The C events, read member by member and handed to the emitter.
// Any thread.
#include <qmpev/qmpev_events.h>

#include "capi/read_event.hpp"

namespace qmpev {

static bool convert(const qmpev_inet_address& from, InetAddress& to) noexcept {
  return read_required(from, &qmpev_inet_address::host, to.host);
}

static bool convert(const qmpev_unix_address& from, UnixAddress& to) noexcept {
  return read_required(from, &qmpev_unix_address::path, to.path) &&
         read_optional(from, &qmpev_unix_address::abstract, to.abstract);
}

static bool convert(const qmpev_address& from, Address& to) noexcept {
  if (!reaches(from, &qmpev_address::type)) return false;
  switch (from.type) {
    case QMPEV_ADDRESS_KIND_INET:
      return read_required(from, &qmpev_address::inet, to.emplace<0>());
    case QMPEV_ADDRESS_KIND_UNIX:
      return read_required(from, &qmpev_address::unix_socket, to.emplace<1>());
    default:
      return false;
  }
}

static bool convert(const qmpev_lamp_state& from, LampState& to) noexcept {
  return read_required(from, &qmpev_lamp_state::lamp, to.lamp) &&
         read_optional(from, &qmpev_lamp_state::colour, to.colour) &&
         read_required(from, &qmpev_lamp_state::watts, to.watts) &&
         read_required(from, &qmpev_lamp_state::size_, to.size);
}

static bool convert(const qmpev_lamp_change& from, LampChange& to) noexcept {
  return read_required(from, &qmpev_lamp_change::lamp, to.lamp) &&
         read_optional(from, &qmpev_lamp_change::colour, to.colour) &&
         read_required(from, &qmpev_lamp_change::watts, to.watts) &&
         read_required(from, &qmpev_lamp_change::size_, to.size);
}

static bool convert(const qmpev_lamp_seen& from, LampSeen& to) noexcept {
  return read_required(from, &qmpev_lamp_seen::from, to.from) &&
         read_optional(from, &qmpev_lamp_seen::remark, to.remark) &&
         read_optional(from, &qmpev_lamp_seen::before, to.before) &&
         read_optional(from, &qmpev_lamp_seen::distance, to.distance);
}
static_assert(offsetof(qmpev_lamp_seen, distance) % alignof(qmpev_lamp_seen) == 0);

static bool convert(const qmpev_lights_out&, LightsOut&) noexcept {
  return true;
}

}  // namespace qmpev

extern "C" {

void qmpev_emit_lamp_change(qmpev_emitter* emitter, const qmpev_lamp_change* event) {
  qmpev::emit_from_c<qmpev::LampChange>(emitter, event);
}

void qmpev_emit_lamp_seen(qmpev_emitter* emitter, const qmpev_lamp_seen* event) {
  qmpev::emit_from_c<qmpev::LampSeen>(emitter, event);
}

void qmpev_emit_lights_out(qmpev_emitter* emitter, const qmpev_lights_out* event) {
  qmpev::emit_from_c<qmpev::LightsOut>(emitter, event);
}

}  // extern "C"
