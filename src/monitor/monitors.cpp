// SPDX-License-Identifier: MIT
#include "monitor/monitors.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace qmpev {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

}  // namespace

Monitors::Monitors(EventLog& log, Dispatcher& dispatcher, EventSource& source, LogCallback log_callback,
                   std::size_t max_unsent_reply_bytes, const Clock& clock, const Limits& limits)
    : clock_(clock),
      log_(log),
      source_(source),
      log_callback_(std::move(log_callback)),
      surroundings_{.log = log,
                    .dispatcher = dispatcher,
                    .source = source,
                    .counters = counters_,
                    .log_callback = log_callback_,
                    .max_unsent_reply_bytes = max_unsent_reply_bytes,
                    .limits = limits,
                    .read_buffer = std::make_unique_for_overwrite<char[]>(kReadBudgetBytes)} {}

Monitors::~Monitors() = default;

void Monitors::open(std::unique_ptr<Stream> stream, const MonitorTraits& traits, Seat seat) {
  SessionOwner& owner = *this;
  ++counters_.accepted;
  sessions_.push_back(std::make_unique<Session>(surroundings_, owner, std::move(stream), traits,
                                                std::move(seat), counters_.accepted));
  Session& session = *sessions_.back();
  if (traits.negotiation_timeout_ms != 0) {
    session.negotiate_by_ns = clock_.monotonic_ns() + traits.negotiation_timeout_ms * kNsPerMs;
    deadlines_.add(session.negotiate_by_ns, session);
  }
  session.start();
  if (ended_) session.end();
}

void Monitors::deliver() noexcept {
  ++walks_;
  surroundings_.dispatcher.calls().deliver();
  --walks_;
}

bool Monitors::pump() noexcept {
  pump_input();
  pump_events();
  return !put_off_.empty() || pumped_ != log_.head();
}

void Monitors::pump_input() noexcept {
  // Those that are put off again meanwhile wait for the next call.
  const std::vector<Session*> due = std::exchange(put_off_, {});
  ++walks_;
  for (Session* session : due) session->proceed();
  --walks_;
}

void Monitors::pump_events() noexcept {
  if (pumped_ == log_.head()) return;
  pumped_ = log_.head();
  if (walks_ == 0) close_ranks();
  ++walks_;
  // By index: sessions may come (at the end) and leave (a null in their place) while we walk.
  for (std::size_t i = 0; i < in_command_.size(); ++i) {
    if (in_command_[i] != nullptr) in_command_[i]->flush();
  }
  --walks_;
}

void Monitors::end_silent() noexcept {
  if (deadlines_.next_ns() == INT64_MAX) return;  // the clock is read only for who needs it
  const std::int64_t now_ns = clock_.monotonic_ns();
  ++walks_;
  while (Session* const silent = deadlines_.take_due(now_ns)) {
    ++counters_.not_negotiated;
    silent->end();
  }
  --walks_;
}

bool Monitors::flush() noexcept {
  deliver();
  pump_input();
  ++walks_;
  for (std::size_t i = 0; i < sessions_.size(); ++i) sessions_[i]->write_all();
  --walks_;
  return all_sent();
}

void Monitors::reap() noexcept {
  if (!any_closed_ || walks_ > 0) return;
  any_closed_ = false;
  close_ranks();
  // A closed session is in no call any more, since it closes at the end of the outermost one.
  const auto gone = [](const auto& session) { return session->state() == Session::State::closed; };
  put_off_.erase(std::remove_if(put_off_.begin(), put_off_.end(), gone), put_off_.end());
  sessions_.erase(std::remove_if(sessions_.begin(), sessions_.end(), gone), sessions_.end());
}

void Monitors::end() noexcept {
  ended_ = true;
  ++walks_;
  for (std::size_t i = 0; i < sessions_.size(); ++i) sessions_[i]->end();
  --walks_;
}

void Monitors::entered_command(Session& session) noexcept {
  deadlines_.remove(session.negotiate_by_ns, session);
  session.command_index = in_command_.size();
  in_command_.push_back(&session);
  ++command_count_;
  tell_audience();
}

void Monitors::close_ranks() noexcept {
  if (in_command_.size() == command_count_) return;
  in_command_.erase(std::remove(in_command_.begin(), in_command_.end(), nullptr), in_command_.end());
  for (std::size_t i = 0; i < in_command_.size(); ++i) in_command_[i]->command_index = i;
}

void Monitors::left_command(Session& session) noexcept {
  if (walks_ > 0) {
    in_command_[session.command_index] = nullptr;
  } else {
    Session* const last = in_command_.back();
    in_command_[session.command_index] = last;
    if (last != nullptr) last->command_index = session.command_index;
    in_command_.pop_back();
  }
  --command_count_;
  tell_audience();
}

void Monitors::subscribed(bool registered) noexcept {
  if (!remembers_) {
    remembers_ = true;
    tell_audience();
  }
  if (registered && !remembers_registered_) {
    remembers_registered_ = true;
    tell_registered_audience();
  }
}

void Monitors::hears_registered(bool hears) noexcept {
  registered_count_ = hears ? registered_count_ + 1 : registered_count_ - 1;
  tell_registered_audience();
}

void Monitors::tell_audience() noexcept {
  source_.set_audience(command_count_ + (remembers_ ? 1 : 0));
}

void Monitors::tell_registered_audience() noexcept {
  source_.set_registered_audience(registered_count_ + (remembers_registered_ ? 1 : 0));
}

void Monitors::report_accept_pause(const std::string& name) noexcept {
  report(LogLevel::warning, "no descriptor is free for a new client of " + name +
                                ": clients wait until one is (raise the limit of open files, ulimit -n)");
}

void Monitors::report(LogLevel level, const std::string& sentence) noexcept {
  if (log_callback_) log_callback_(level, sentence);
}

void Monitors::put_off(Session& session) noexcept {
  put_off_.push_back(&session);
}

void Monitors::refuse_http(const std::string& name) noexcept {
  ++counters_.refused_http;
  if (std::exchange(http_reported_, true)) return;
  report(LogLevel::warning,
         "a client of " + name + " said an HTTP request and was closed: this is no web server (said once)");
}

void Monitors::refuse_tls(const std::string& name, const std::string& reason) noexcept {
  const std::uint64_t refused = ++counters_.refused_tls;
  if (!std::has_single_bit(refused)) return;
  report(LogLevel::warning, "a client of " + name + " did not prove who it is and was closed: " + reason +
                                " (" + std::to_string(refused) + " so far)");
}

void Monitors::closed(Session& session) noexcept {
  deadlines_.remove(session.negotiate_by_ns, session);
  ++counters_.closed;
  any_closed_ = true;
}

void Monitors::fill(Statistics& statistics) const {
  statistics.sessions = counters_;
  surroundings_.dispatcher.calls().fill(statistics.calls);
  statistics.sessions_in_command = command_count_;
  statistics.sessions_open = 0;
  statistics.log_bytes_unsent = 0;
  statistics.each_session.clear();
  for (const auto& session : sessions_) {
    if (session->state() == Session::State::closed) continue;
    ++statistics.sessions_open;
    statistics.each_session.push_back(session->statistics());
    statistics.log_bytes_unsent = std::max(statistics.log_bytes_unsent, session->outbox().unsent_log_bytes());
  }
  const auto delivered = log_.delivered();
  for (std::size_t kind = 0; kind < kEventKinds; ++kind) statistics.events[kind].delivered = delivered[kind];
  for (RegisteredEventStatistics& event : statistics.registered_events) {
    event.counters.delivered = delivered[static_cast<std::size_t>(event.kind)];
  }
  statistics.log_position = log_.head();
  statistics.kept_displaced = log_.kept().displaced();
  statistics.log_bytes_capacity = log_.capacity_bytes();
}

bool Monitors::sent_up_to(std::uint64_t place) const noexcept {
  return std::all_of(in_command_.begin(), in_command_.end(), [place](const Session* session) {
    return session == nullptr || session->sent_up_to(place);
  });
}

bool Monitors::all_sent() const noexcept {
  return std::all_of(sessions_.begin(), sessions_.end(),
                     [](const auto& session) { return session->all_sent(); });
}

bool Monitors::balanced() const noexcept {
  return std::all_of(sessions_.begin(), sessions_.end(),
                     [](const auto& session) { return session->outbox().balanced(); });
}

}  // namespace qmpev
