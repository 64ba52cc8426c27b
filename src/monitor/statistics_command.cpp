// SPDX-License-Identifier: MIT
#include "monitor/statistics_command.hpp"

#include <string>
#include <utility>

#include "wire/qapi_tables.hpp"
#include "wire/writer.hpp"

namespace qmpev {
namespace {

std::size_t written_bytes(const Value& value) {
  std::string text;
  write_json(value, text);
  return text.size();
}

Value describe_event(std::string_view name, const EventCounters& event) {
  return Value::object({{"event", name},
                        {"emitted", event.emitted},
                        {"published", event.published},
                        {"delivered", event.delivered},
                        {"merged", event.merged},
                        {"refused", Value::object({{"ring-full", event.refused_ring_full},
                                                   {"ring-share", event.refused_ring_share},
                                                   {"oversize", event.refused_oversize},
                                                   {"invalid", event.refused_invalid}})},
                        {"discarded", event.discarded},
                        {"pending", event.pending},
                        {"in-ring", event.in_ring},
                        {"skipped", event.skipped},
                        {"unlimited", event.unlimited_keys}});
}

Value describe_events(const Statistics& statistics) {
  Value list = Value::array();
  for (std::size_t kind = 0; kind < kEventKinds; ++kind) {
    const EventCounters& event = statistics.events[kind];
    if (event.emitted != 0) list.append(describe_event(kQapiEvents[kind].name, event));
  }
  for (const RegisteredEventStatistics& event : statistics.registered_events) {
    if (event.counters.emitted != 0) list.append(describe_event(event.name, event.counters));
  }
  return list;
}

const char* state_name(SessionState state) {
  switch (state) {
    case SessionState::greeting:
      return "greeting";
    case SessionState::negotiation:
      return "negotiation";
    case SessionState::command:
      return "command";
    case SessionState::closing:
      return "closing";
  }
  return "";
}

constexpr std::uint32_t kRoot = 0;

bool may_see(const std::optional<PeerCredentials>& asker, const PeerCredentials& peer) {
  return asker && (asker->uid == kRoot || asker->uid == peer.uid);
}

Value describe_session(const SessionStatistics& session, const std::optional<PeerCredentials>& asker) {
  Value value = Value::object({{"id", session.id},
                               {"listener", session.listener},
                               {"wire", session.form == WireForm::qemu ? "qemu" : "document"},
                               {"role", session.role == ListenerRole::full ? "full" : "events"},
                               {"state", state_name(session.state)},
                               {"position", session.position},
                               {"unsent", session.unsent},
                               {"unsent-reply-bytes", session.unsent_reply_bytes},
                               {"delivered", session.delivered},
                               {"dropped", session.dropped},
                               {"filtered", session.filtered}});
  if (session.peer && may_see(asker, *session.peer))
    value.set("peer", Value::object({{"uid", session.peer->uid}, {"pid", session.peer->pid}}));
  return value;
}

Value describe_totals(const Statistics& statistics) {
  const SessionCounters& sessions = statistics.sessions;
  const CallCounters& calls = statistics.calls;
  return Value::object({{"accepted", sessions.accepted},
                        {"refused", sessions.refused_limit},
                        {"refused-peers", sessions.refused_peer},
                        {"refused-users", sessions.refused_uid_limit},
                        {"refused-http", sessions.refused_http},
                        {"refused-tls", sessions.refused_tls},
                        {"not-negotiated", sessions.not_negotiated},
                        {"closed", sessions.closed},
                        {"delivered", sessions.delivered},
                        {"dropped", sessions.dropped},
                        {"filtered", sessions.filtered},
                        {"closed-for-loss", sessions.closed_for_loss},
                        {"replies", sessions.replies},
                        {"input-suspended", sessions.input_suspended},
                        {"input-refused", sessions.input_refused},
                        {"messages-too-large", sessions.messages_too_large},
                        {"arguments-too-wide", sessions.arguments_too_wide},
                        {"requests-queued", sessions.requests_queued},
                        {"queue-full", sessions.queue_full},
                        {"requests-dropped", sessions.requests_dropped},
                        {"calls-begun", calls.begun},
                        {"calls-pending", calls.pending},
                        {"calls-cancelled", calls.cancelled},
                        {"writes", sessions.write_calls},
                        {"bytes-written", sessions.bytes_written},
                        {"wake-ups", statistics.wakeups},
                        {"encodings", statistics.lines_through_ring},
                        {"log-position", statistics.log_position},
                        {"kept-displaced", statistics.kept_displaced},
                        {"log-bytes", statistics.log_bytes_capacity},
                        {"ring-bytes", statistics.ring_bytes_capacity},
                        {"ring-bytes-used", statistics.ring_bytes_in_use}});
}

}  // namespace

Value describe_statistics(const Statistics& statistics, std::uint64_t from,
                          const std::optional<PeerCredentials>& asker) {
  Value answer = Value::object({{"events", describe_events(statistics)},
                                {"totals", describe_totals(statistics)},
                                {"sessions", Value::array()},
                                {"more", false}});
  std::size_t bytes = written_bytes(answer);
  Value list = Value::array();
  for (const SessionStatistics& session : statistics.each_session) {
    if (session.id < from) continue;
    Value described = describe_session(session, asker);
    bytes += written_bytes(described) + std::string_view(", ").size();
    if (bytes > kMaxStatisticsBytes && !list.items().empty()) {
      answer.set("more", true);
      break;
    }
    list.append(std::move(described));
  }
  answer.set("sessions", std::move(list));
  return answer;
}

}  // namespace qmpev
