// SPDX-License-Identifier: MIT
#include "simulation/invariants.hpp"

#include <algorithm>
#include <string>

#include "monitor/kept_lines.hpp"

namespace qmpev::simulation {
namespace {

/// Kept lines of the kinds that are kept, DEVICE_DELETED among them, and one that was cut.
constexpr std::uint64_t kMaxCarried = 4 * kKeptKeys + 1;
/// The longest reply to a command of the simulation's own.
constexpr std::size_t kSmallReplyBytes = 4096;

const EventCounters& counters_of(const Statistics& statistics, std::size_t kind) {
  if (kind == kOwn) return statistics.registered_events.front().counters;
  return statistics.events[static_cast<std::size_t>(kKinds[kind])];
}

std::uint64_t refused(const EventCounters& counters) {
  return counters.refused_ring_full + counters.refused_ring_share;
}

/// `settled`: the loop has just seen to the windows.
void check_emitter(Chain& chain, const Statistics& statistics, bool at_rest, bool settled,
                   const ChainSettings& settings, Verdict& verdict) {
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    const EventCounters& c = counters_of(statistics, kind);
    const Journal::Counts& counted = chain.journal.counts(kind);
    verdict.same(c.published, counted.published, "emitter", "published");
    verdict.expect(c.unlimited_keys == 0 || settings.keys > kMaxThrottleKeys, "emitter",
                   "an event passed without its limit");
    if (!at_rest) continue;
    verdict.same(c.emitted, counted.begun, "emitter", "emitted");
    verdict.same(c.skipped, counted.skipped, "emitter", "skipped");
    verdict.same(c.after_end, counted.after_end, "emitter", "after the end");
    verdict.same(c.refused_oversize, counted.oversize, "emitter", "oversize");
    verdict.same(c.refused_invalid, counted.invalid, "emitter", "invalid");
    verdict.same(c.published + c.merged + refused(c) + c.refused_oversize + c.refused_invalid + c.after_end +
                     c.discarded + c.pending + c.in_ring + c.skipped,
                 counted.begun, "emitter", "the sum of what became of events");
    if (c.in_ring == 0 && settled) {
      chain.journal.windows().check_waiting(kind, c.pending, chain.clock.monotonic_ns());
    }
    verdict.expect(
        c.pending == 0 || chain.core->next_deadline_ns() != INT64_MAX || !chain.asleep() || chain.woken(),
        "windows end", "an event waits for the end of a window that has no end");
  }
}

/// Nothing that is left to do would wake the loop.
void check_sleep(const Chain& chain, const Statistics& statistics, Verdict& verdict) {
  if (!chain.asleep() || chain.woken()) return;
  verdict.same(statistics.ring_bytes_in_use, 0, "no lost wake-up", "bytes left between the threads");
  verdict.expect(!chain.monitors.input_put_off(), "no lost wake-up", "input was put off");
  verdict.expect(chain.armed_ns() <= chain.core->next_deadline_ns(), "no lost wake-up",
                 "a window ends before the timer");
  for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
    const EventCounters& c = counters_of(statistics, kind);
    verdict.same(chain.journal.counts(kind).refused, refused(c), "gaps", "refused events that were told");
  }
}

void check_log(const Chain& chain, Verdict& verdict) {
  verdict.same(chain.log.head(), chain.journal.size(), "log", "records");
  for (const WireForm form : {WireForm::document, WireForm::qemu}) {
    const std::uint64_t held = chain.log.newest(form).bytes - chain.log.oldest(form).bytes;
    verdict.expect(held <= chain.log.capacity_bytes(), "memory", "the log holds more than its capacity");
  }
}

void find_entry(Client& client, const SessionStatistics& session, const std::vector<std::uint64_t>& entries,
                const Journal& journal, Verdict& verdict) {
  const std::uint64_t all = journal.lines_before(journal.size(), client.form());
  const std::uint64_t lines = all - (session.delivered + session.unsent + session.dropped + session.filtered);
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](std::uint64_t index) {
    return journal.lines_before(index, client.form()) == lines;
  });
  if (entry != entries.end()) return client.enter(*entry);
  verdict.expect(session.state != SessionState::command, "session",
                 "it hears events from another place than that of its negotiation");
}

void check_session(Client& client, const SessionStatistics& session, const Journal& journal,
                   Verdict& verdict) {
  if (session.state != SessionState::command || !client.entered()) return;
  const std::uint64_t all = journal.lines_before(journal.size(), client.form());
  // The rest of a line that was cut, and what is kept for it where it lost some.
  const std::uint64_t carry = session.unsent - (all - journal.lines_before(session.position, client.form()));
  verdict.expect(carry <= kMaxCarried, "session", "what is unsent is not what is behind its place");
  const Client::Told told = client.count_to(session.position);
  verdict.same(session.delivered, client.events(), "session", "events delivered");
  verdict.same(session.filtered, told.unwanted, "session", "events filtered");
  verdict.same(session.delivered + session.dropped + carry, told.wanted, "session",
               "events delivered, dropped or under way");
}

void check_bounds(const Client& client, const SessionStatistics& session, const ChainSettings& settings,
                  Verdict& verdict) {
  if (client.asked_much()) return;
  verdict.expect(session.unsent_reply_bytes <= settings.max_unsent_reply_bytes + kSmallReplyBytes, "memory",
                 "more replies are unsent than its limit and one more");
}

void check_sessions(Chain& chain, const Statistics& statistics, bool at_rest, const ChainSettings& settings,
                    Verdict& verdict) {
  const std::vector<std::uint64_t> entries = chain.take_entries();
  for (const SessionStatistics& session : statistics.each_session) {
    Client* const client = chain.find(session.id);
    if (client == nullptr) return verdict.fail("session", "a session whose client has gone is open");
    const bool hears = session.state == SessionState::command || session.state == SessionState::closing;
    if (hears && !client->entered() && !entries.empty()) {
      find_entry(*client, session, entries, chain.journal, verdict);
    }
  }
  for (const auto& client : chain.clients) client->hear();
  for (const SessionStatistics& session : statistics.each_session) {
    Client& client = *chain.find(session.id);
    check_session(client, session, chain.journal, verdict);
    check_bounds(client, session, settings, verdict);
    const bool waits_for_room = client.connection()->wants_output;
    verdict.expect(!at_rest || !chain.asleep() || chain.woken() || session.unsent == 0 || waits_for_room,
                   "no lost wake-up", "a session has events and does not write them");
  }
}

/// Emitters are told of each that hears, and of one more when somebody has subscribed, who may come again.
void check_audience(Chain& chain, const Statistics& statistics, Verdict& verdict) {
  std::size_t hear = 0;
  std::size_t hear_own = 0;
  for (const SessionStatistics& session : statistics.each_session) {
    if (session.state != SessionState::command) continue;
    ++hear;
    hear_own += chain.find(session.id)->wants_own_now() ? 1 : 0;
  }
  const auto fits = [](std::size_t told, std::size_t counted) {
    return told == counted || told == counted + 1;
  };
  verdict.expect(fits(chain.audience(), hear), "audience", "others hear events than the emitter was told");
  verdict.expect(fits(chain.own_audience(), hear_own), "audience",
                 "others hear the embedder's own events than the emitter was told");
}

void check_totals(const Chain& chain, const Statistics& statistics, Verdict& verdict) {
  std::uint64_t delivered = counters_of(statistics, kOwn).delivered;
  for (const EventCounters& counters : statistics.events) delivered += counters.delivered;
  verdict.same(delivered, statistics.sessions.delivered, "deliveries", "events delivered, by kind");
  const CallCounters& calls = statistics.calls;
  verdict.same(calls.answered + calls.cancelled + calls.pending, calls.begun, "calls",
               "what became of calls");
  verdict.expect(calls.pending <= statistics.sessions_open, "calls",
                 "more are pending than sessions are open");
  for (const auto& client : chain.clients) {
    const Connection& connection = *client->connection();
    verdict.expect(!connection.closed || connection.may_close() || chain.ended() || client->ends_at_loss(),
                   "never closed", "a session was closed that its client had not ended");
  }
}

}  // namespace

void check_step(Chain& chain, const Threads& threads, bool settled, const ChainSettings& settings,
                Verdict& verdict) {
  if (verdict.broken()) return;
  const bool at_rest = !threads.busy();
  const Statistics statistics = chain.statistics();
  check_log(chain, verdict);
  check_emitter(chain, statistics, at_rest, settled, settings, verdict);
  if (at_rest) check_sleep(chain, statistics, verdict);
  check_sessions(chain, statistics, at_rest, settings, verdict);
  check_audience(chain, statistics, verdict);
  check_totals(chain, statistics, verdict);
}

void check_calm(Chain& chain, Verdict& verdict) {
  const Statistics statistics = chain.statistics();
  for (const SessionStatistics& session : statistics.each_session) {
    Client& client = *chain.find(session.id);
    if (client.connection()->may_close() || (client.ends_at_loss() && session.dropped != 0)) continue;
    verdict.same(client.expected(), 0, "every request is answered", "replies missing when all is calm");
    verdict.same(session.unsent_reply_bytes, 0, "every request is answered", "bytes of replies unsent");
    verdict.expect(!client.in_the_middle_of_a_line(), "whole lines", "half a line when all is calm");
    verdict.expect(session.state != SessionState::command || session.unsent == 0, "no lost wake-up",
                   "events unsent when all is calm");
    if (session.state != SessionState::command) continue;
    client.check_knowledge(session.dropped);
    if (client.follower() != nullptr) client.follower()->check_complete();
  }
}

}  // namespace qmpev::simulation
