// SPDX-License-Identifier: MIT
#include "capi/monitor_options.hpp"

#include <cstddef>
#include <string>
#include <utility>

#include "capi/sized.hpp"

namespace qmpev {

namespace {

/// The first version's members, which every caller has.
constexpr std::size_t kFirstOptionsBytes =
    offsetof(qmpev_monitor_options, tls_allowed_name_count) + sizeof(std::size_t);
// Nothing behind the last member: what is added there may not lie in what older callers have as padding,
// which need not be zero.
static_assert(sizeof(qmpev_monitor_options) == kFirstOptionsBytes);
constexpr std::uint32_t kListenerFlags = QMPEV_MONITOR_ABSTRACT | QMPEV_MONITOR_PADDED_NAME |
                                         QMPEV_MONITOR_PRETTY | QMPEV_MONITOR_CLOSE_ON_LOSS |
                                         QMPEV_MONITOR_BEYOND_LOOPBACK | QMPEV_MONITOR_NEXT_WAITS;
constexpr std::uint32_t kConnectionFlags = kListenerFlags & ~std::uint32_t{QMPEV_MONITOR_NEXT_WAITS};

// The roles and what is heard cross the boundary one above their numbers, since 0 is the default.
static_assert(QMPEV_ROLE_FULL == static_cast<int>(ListenerRole::full) + 1);
static_assert(QMPEV_ROLE_EVENTS_ONLY == static_cast<int>(ListenerRole::events_only) + 1);
static_assert(QMPEV_REGISTERED_HIDDEN == static_cast<int>(RegisteredEvents::hidden) + 1);
static_assert(QMPEV_REGISTERED_ON_REQUEST == static_cast<int>(RegisteredEvents::on_request) + 1);
static_assert(QMPEV_REGISTERED_ALWAYS == static_cast<int>(RegisteredEvents::always) + 1);

Error invalid(std::string sentence) {
  return {ErrorCode::invalid_argument, std::move(sentence)};
}

Result<void> check(qmpev_wire_form form, const qmpev_monitor_options* options, std::uint32_t flags,
                   bool need_place) {
  if (form != QMPEV_WIRE_DOCUMENT && form != QMPEV_WIRE_QEMU)
    return invalid("wire form " + std::to_string(form) +
                   " does not exist: use QMPEV_WIRE_DOCUMENT or QMPEV_WIRE_QEMU");
  if (options == nullptr) {
    if (need_place) return invalid("a monitor needs a place: give options with a path, or a host and a port");
    return {};
  }
  if (!known_size(*options, kFirstOptionsBytes))
    return invalid(wrong_size("qmpev_monitor_options", *options));
  if (need_place && (options->path != nullptr) == (options->host != nullptr))
    return invalid("a monitor has one place: a path, or a host and a port");
  if (options->port != 0 && options->host == nullptr)
    return invalid("port " + std::to_string(options->port) +
                   " is of no use without a host: name one, such as \"127.0.0.1\", or leave the port 0");
  if (options->role > QMPEV_ROLE_EVENTS_ONLY)
    return invalid("role " + std::to_string(options->role) +
                   " does not exist: use QMPEV_ROLE_FULL or QMPEV_ROLE_EVENTS_ONLY, or 0");
  if (options->registered_events > QMPEV_REGISTERED_ALWAYS)
    return invalid("registered_events " + std::to_string(options->registered_events) +
                   " does not exist: use one of QMPEV_REGISTERED_..., or 0");
  if ((options->flags & ~flags) != 0)
    return invalid("flags " + std::to_string(options->flags & ~flags) +
                   " mean nothing here: use QMPEV_MONITOR_... as their comments say");
  return {};
}

std::string text_of(const char* text) {
  return text != nullptr ? text : "";
}

OnLoss on_loss_of(const qmpev_monitor_options& from) {
  return (from.flags & QMPEV_MONITOR_CLOSE_ON_LOSS) != 0 ? OnLoss::close : OnLoss::stay;
}

/// What listeners and connections share, under the same names.
template <class Config>
void convert(const qmpev_monitor_options& from, Config& to) {
  to.path = text_of(from.path);
  if (from.host != nullptr) to.tcp = TcpAddress{from.host, from.port};
  if (from.role != 0) to.role = static_cast<ListenerRole>(from.role - 1);
  if (from.registered_events != 0)
    to.registered_events = static_cast<RegisteredEvents>(from.registered_events - 1);
  to.pretty = (from.flags & QMPEV_MONITOR_PRETTY) != 0;
  to.on_loss = on_loss_of(from);
  to.abstract = (from.flags & QMPEV_MONITOR_ABSTRACT) != 0;
  to.tight = (from.flags & QMPEV_MONITOR_PADDED_NAME) == 0;
  to.beyond_loopback = (from.flags & QMPEV_MONITOR_BEYOND_LOOPBACK) != 0;
}

bool asks_for_tls(const qmpev_monitor_options& from) {
  return from.tls_authorities != nullptr || from.tls_certificate != nullptr || from.tls_key != nullptr ||
         from.tls_revoked != nullptr || from.tls_allowed_name_count != 0;
}

Result<std::optional<TlsConfig>> tls_of(const qmpev_monitor_options& from) {
  if (!asks_for_tls(from)) return std::optional<TlsConfig>();
  TlsConfig to{.authorities = text_of(from.tls_authorities),
               .certificate = text_of(from.tls_certificate),
               .key = text_of(from.tls_key),
               .revoked = text_of(from.tls_revoked)};
  for (std::size_t i = 0; i < from.tls_allowed_name_count; ++i) {
    const char* const name = from.tls_allowed_names != nullptr ? from.tls_allowed_names[i] : nullptr;
    if (name == nullptr)
      return invalid("tls_allowed_names[" + std::to_string(i) +
                     "] is NULL: tls_allowed_name_count says it is there");
    to.allowed_names.emplace_back(name);
  }
  return std::optional<TlsConfig>(std::move(to));
}

Result<void> copy_ids(const char* what, const std::uint32_t* ids, std::size_t count,
                      std::vector<std::uint32_t>& to) {
  if (ids == nullptr && count != 0) return invalid(std::string(what) + " is NULL, and its count is not 0");
  if (count != 0) to.assign(ids, ids + count);
  return {};
}

}  // namespace

Result<ListenerConfig> listener_config(qmpev_wire_form form, const qmpev_monitor_options* options,
                                       bool need_place) {
  if (auto checked = check(form, options, kListenerFlags, need_place); !checked) return checked.error();
  ListenerConfig to;
  to.form = static_cast<WireForm>(form);
  if (options == nullptr) return to;
  const qmpev_monitor_options from = whole(*options);
  if (from.reconnect_ms != 0) return invalid("reconnect_ms is for qmpev_server_dial: a listener waits");
  convert(from, to);
  if (from.max_clients != 0) to.max_clients = from.max_clients;
  to.max_clients_per_uid = from.max_clients_per_uid;
  if ((from.flags & QMPEV_MONITOR_NEXT_WAITS) != 0) to.no_seat = NoSeat::waits;
  if (from.negotiation_timeout_ms == QMPEV_NEVER) {
    to.negotiation_timeout_ms = 0;
  } else if (from.negotiation_timeout_ms != 0) {
    to.negotiation_timeout_ms = from.negotiation_timeout_ms;
  }
  if (auto copied = copy_ids("allowed_uids", from.allowed_uids, from.allowed_uid_count, to.allowed_uids);
      !copied)
    return copied.error();
  if (auto copied = copy_ids("allowed_gids", from.allowed_gids, from.allowed_gid_count, to.allowed_gids);
      !copied)
    return copied.error();
  auto tls = tls_of(from);
  if (!tls) return tls.error();
  to.tls = std::move(tls).value();
  return to;
}

Result<ConnectionConfig> connection_config(qmpev_wire_form form, const qmpev_monitor_options* options,
                                           bool need_place) {
  if (auto checked = check(form, options, kConnectionFlags, need_place); !checked) return checked.error();
  ConnectionConfig to;
  to.form = static_cast<WireForm>(form);
  if (options == nullptr) return to;
  const qmpev_monitor_options from = whole(*options);
  if (from.max_clients != 0 || from.max_clients_per_uid != 0 || from.negotiation_timeout_ms != 0 ||
      from.allowed_uid_count != 0 || from.allowed_gid_count != 0 || asks_for_tls(from))
    return invalid("options of who may come in are for listeners: this is one connection of ours");
  convert(from, to);
  to.reconnect_ms = from.reconnect_ms;
  return to;
}

}  // namespace qmpev
