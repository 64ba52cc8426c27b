// SPDX-License-Identifier: MIT
// The C boundary of what is counted, and of what is set by an event's name. Threads as <qmpev/qmpev.h> says.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "capi/last_error.hpp"
#include "capi/server_handle.hpp"
#include "event/event_tables.hpp"

namespace {

using qmpev::ErrorCode;
using qmpev::EventKind;
using qmpev::refused;

int no_such_event(const char* event) {
  return refused(
      {ErrorCode::not_found, std::string("there is no event ") + event +
                                 ": names are those of QEMU's schema, as BALLOON_CHANGE, or registered"});
}

struct Found {
  EventKind kind;
  const qmpev::EventCounters* counters;
};

/// Borrowed from `statistics`.
std::optional<Found> find(const qmpev::Statistics& statistics, std::string_view event) {
  for (std::size_t kind = 0; kind < qmpev::kEventKinds; ++kind)
    if (qmpev::kEventInfo[kind].name == event)
      return Found{static_cast<EventKind>(kind), &statistics.events[kind]};
  for (const auto& registered : statistics.registered_events)
    if (registered.name == event) return Found{registered.kind, &registered.counters};
  return std::nullopt;
}

/// As far as the caller's structure goes.
template <class Struct>
int give(const Struct& from, Struct* to) {
  if (to->size < sizeof to->size)
    return qmpev::refused_argument("size is " + std::to_string(to->size) +
                                   ": set it to that of the structure");
  const std::size_t size = std::min(to->size, sizeof from);
  std::memcpy(reinterpret_cast<char*>(to) + sizeof to->size,
              reinterpret_cast<const char*>(&from) + sizeof from.size, size - sizeof from.size);
  return 0;
}

}  // namespace

extern "C" {

int qmpev_server_set_rate_limit(qmpev_server* server, const char* event, uint32_t milliseconds) {
  if (server == nullptr || event == nullptr)
    return qmpev::refused_argument("qmpev_server_set_rate_limit needs a server and an event, not NULL");
  const qmpev::Statistics statistics = server->server->statistics();
  const auto found = find(statistics, event);
  if (!found) return no_such_event(event);
  const auto set = server->server->set_rate_limit(found->kind, milliseconds);
  return set ? 0 : refused(set.error());
}

void qmpev_server_discard_delayed(qmpev_server* server) {
  if (server != nullptr) server->server->discard_delayed();
}

int qmpev_server_get_event_counters(const qmpev_server* server, const char* event,
                                    qmpev_event_counters* counters) {
  if (server == nullptr || event == nullptr || counters == nullptr)
    return qmpev::refused_argument(
        "qmpev_server_get_event_counters needs a server, an event and counters, not NULL");
  const qmpev::Statistics statistics = server->server->statistics();
  const auto found = find(statistics, event);
  if (!found) return no_such_event(event);
  const qmpev::EventCounters* const from = found->counters;
  const qmpev_event_counters all = {sizeof all,
                                    from->emitted,
                                    from->published,
                                    from->merged,
                                    from->refused_ring_full,
                                    from->refused_ring_share,
                                    from->refused_oversize,
                                    from->refused_invalid,
                                    from->after_end,
                                    from->discarded,
                                    from->pending,
                                    from->in_ring,
                                    from->skipped,
                                    from->delivered};
  return give(all, counters);
}

int qmpev_server_get_statistics(const qmpev_server* server, qmpev_statistics* statistics) {
  if (server == nullptr || statistics == nullptr)
    return qmpev::refused_argument("qmpev_server_get_statistics needs a server and a structure, not NULL");
  const qmpev::Statistics from = server->server->statistics();
  const qmpev::SessionCounters& sessions = from.sessions;
  const qmpev_statistics all = {sizeof all,
                                from.sessions_open,
                                from.sessions_in_command,
                                sessions.accepted,
                                sessions.closed,
                                sessions.refused_limit,
                                sessions.refused_peer,
                                sessions.refused_uid_limit,
                                sessions.refused_http,
                                sessions.refused_tls,
                                sessions.not_negotiated,
                                sessions.closed_for_loss,
                                sessions.delivered,
                                sessions.dropped,
                                sessions.filtered,
                                sessions.replies,
                                sessions.bytes_written,
                                sessions.write_calls,
                                from.wakeups,
                                from.log_bytes_unsent,
                                from.log_bytes_capacity,
                                from.ring_bytes_in_use,
                                from.ring_bytes_capacity};
  return give(all, statistics);
}

}  // extern "C"
