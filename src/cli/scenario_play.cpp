// SPDX-License-Identifier: MIT
#include "cli/scenario_play.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <glib-unix.h>

#include "cli/event_text.hpp"
#include "cli/raw_object.hpp"
#include "event/event_tables.hpp"
#include "hypervisor/trigger_command.hpp"

namespace qmpev {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::size_t kMaxRequestColumns = 100;  // what a client sends may be long
constexpr std::size_t kMaxHeldEvents = 1'000;    // of one trigger; then they are shown before their cause

/// The command as a client writes it.
std::string request_text(const std::string& name, const std::string& arguments) {
  std::string text = "{\"execute\": \"" + name + "\"";
  if (!arguments.empty()) text += ", \"arguments\": " + arguments;
  return text + "}";
}

/// Nothing comes of it. A trigger without arguments asks what there is.
bool only_asks(const std::string& name, const std::string& arguments) {
  return name == "qmp_capabilities" || name.rfind("query-", 0) == 0 ||
         (name == kTriggerCommand && arguments.empty());
}

std::string trigger_name(const Trigger& trigger) {
  return trigger.device->name + " " + trigger.action->name;
}

std::string outcome_text(const StormOutcome& outcome) {
  const double seconds = static_cast<double>(outcome.time_ns) / 1e9;
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), "storm over: %llu of %llu done in %.2f s, %.0f a second",
                static_cast<unsigned long long>(outcome.done),
                static_cast<unsigned long long>(outcome.wanted), seconds,
                seconds > 0 ? static_cast<double>(outcome.done) / seconds : 0.0);
  return text.data();
}

}  // namespace

Result<std::unique_ptr<ScenarioPlay>> ScenarioPlay::start(Scenario scenario, std::uint64_t seed,
                                                          Screen& screen, const std::string& path,
                                                          PlayParts parts) {
  auto client = QmpClient::connect(path);
  if (!client) return client.error();
  return std::unique_ptr<ScenarioPlay>(
      new ScenarioPlay(std::move(scenario), seed, screen, std::move(client).value(), std::move(parts)));
}

ScenarioPlay::ScenarioPlay(Scenario scenario, std::uint64_t seed, Screen& screen,
                           std::unique_ptr<QmpClient> client, PlayParts parts)
    : scenario_(std::move(scenario)),
      screen_(screen),
      client_(std::move(client)),
      parts_(std::move(parts)),
      watch_([this](const std::string& name,
                    const std::string& arguments) { show_foreign_command(name, arguments); },
             [this](std::uint64_t clients) {
               player_.clients_changed(clients);
               arm();
             }),
      player_(scenario_, seed, system_clock(), *this) {
  watch_.expect_own("qmp_capabilities");
  readable_source_ = g_unix_fd_add(client_->fd(), G_IO_IN, on_readable, this);
}

ScenarioPlay::~ScenarioPlay() {
  *alive_ = false;
  if (readable_source_ != 0) g_source_remove(readable_source_);
  if (time_source_ != 0) g_source_remove(time_source_);
}

gboolean ScenarioPlay::on_readable(gint, GIOCondition, gpointer play) {
  static_cast<ScenarioPlay*>(play)->receive();
  return G_SOURCE_CONTINUE;
}

gboolean ScenarioPlay::on_time(gpointer play) {
  auto* self = static_cast<ScenarioPlay*>(play);
  self->time_source_ = 0;
  self->player_.play();
  self->arm();
  return G_SOURCE_REMOVE;
}

void ScenarioPlay::receive() {
  if (readable_source_ == 0) return;
  const bool alive = client_->receive([this](const std::string& line) { take_event(line); });
  if (!alive) g_source_remove(std::exchange(readable_source_, 0));
  if (!started_ && client_->negotiated()) {
    started_ = true;
    screen_.start();
    player_.play();
  }
  arm();
}

/// The player is called again when it asks for it; what it was told meanwhile may have moved that time. Never
/// to a later one: every command of a client leads here, and who asks all the time would put off a storm for
/// ever. A player that is called too early waits on.
void ScenarioPlay::arm() {
  const auto due_ns = started_ ? player_.due_ns() : std::nullopt;
  if (time_source_ != 0 && due_ns && armed_ns_ <= *due_ns) return;
  if (time_source_ != 0) g_source_remove(std::exchange(time_source_, 0));
  if (!due_ns) return;
  armed_ns_ = *due_ns;
  const std::int64_t left_ns = std::max<std::int64_t>(0, *due_ns - system_clock().monotonic_ns());
  time_source_ = g_timeout_add(static_cast<guint>((left_ns + kNsPerMs - 1) / kNsPerMs), on_time, this);
}

void ScenarioPlay::take_event(const std::string& line) {
  const auto event = read_event(line);
  if (!event) return;
  if (holding_ && held_.size() < kMaxHeldEvents)
    held_.push_back({*event, screen_.now(), merged_remark(*event)});
  else
    screen_.event(screen_.now(), *event, merged_remark(*event));
  player_.event_seen(event->name);
}

void ScenarioPlay::show_held() {
  for (const HeldEvent& held : std::exchange(held_, {})) screen_.event(held.seconds, held.event, held.remark);
}

void ScenarioPlay::say(const std::string& text) {
  screen_.say(printable(text));
}

void ScenarioPlay::trigger(const TriggerStep& step, OnDone on_done) {
  holding_ = true;
  const double seconds = screen_.now();
  const auto done = [this, alive = std::weak_ptr(alive_), &step, seconds,
                     on_done = std::move(on_done)](const Result<std::string>& result) {
    if (alive.expired()) return;
    const std::string what =
        result ? result.value() : trigger_name(step.trigger) + " refused: " + result.error().sentence;
    screen_.cause(seconds, actor_word(step.trigger), printable(what), printable(step.remark));
    holding_ = false;
    show_held();
    on_done(result);
    arm();
  };
  parts_.run(step.trigger, done);
}

void ScenarioPlay::command(const CommandStep& step, OnDone on_done) {
  screen_.cause(screen_.now(), "host", printable(request_text(step.name, step.arguments)),
                printable(step.remark));
  watch_.expect_own(step.name);
  client_->execute(step.name, step.arguments, [this, on_done = std::move(on_done)](const std::string& line) {
    const auto reply = RawObject::parse(line);
    const auto error = reply ? RawObject::parse(reply->find("error").value_or("")) : std::nullopt;
    if (error)
      screen_.cause(screen_.now(), "host", "refused: " + printable(error->text("desc").value_or("")));
    on_done(std::string(line));
  });
}

void ScenarioPlay::storm_begins(const StormStep& step) {
  const std::string what = "storm: " + trigger_name(step.triggers[0]) + ", " + std::to_string(step.count) +
                           " times at " + std::to_string(step.per_second) + " a second";
  screen_.cause(screen_.now(), actor_word(step.triggers[0]), printable(what), printable(step.remark));
}

void ScenarioPlay::storm_trigger(const Trigger& trigger, OnDone on_done) {
  parts_.run(trigger, [this, alive = std::weak_ptr(alive_),
                       on_done = std::move(on_done)](const Result<std::string>& result) {
    if (alive.expired()) return;
    on_done(result);
    arm();  // it may have been the last one
  });
}

void ScenarioPlay::storm_ends(const StormStep& step, const StormOutcome& outcome) {
  std::string remark;
  if (outcome.refused > 0) remark = std::to_string(outcome.refused) + " of them were refused";
  if (outcome.done < outcome.wanted) remark = "this machine does not keep that rate";
  screen_.cause(screen_.now(), actor_word(step.triggers[0]), outcome_text(outcome), remark);
}

void ScenarioPlay::end_machine() {
  screen_.cause(screen_.now(), "host", "ends the machine");
  parts_.end_machine();
}

void ScenarioPlay::played(const std::optional<std::string>& failure) {
  show_held();
  holding_ = false;
  if (failure) screen_.say(printable(*failure));
  parts_.on_played(failure.has_value());
}

/// A cause that this scenario has not written: another monitor.
void ScenarioPlay::show_foreign_command(const std::string& name, const std::string& arguments) {
  if (!only_asks(name, arguments)) {
    std::string text = printable(request_text(name, arguments).substr(0, kMaxRequestColumns + 1));
    if (text.size() > kMaxRequestColumns) text.replace(kMaxRequestColumns, 1, "...");
    screen_.cause(screen_.now(), "host", text, "from another client");
  }
  player_.command_seen(name);
  arm();
}

/// How many events were merged into this one, by the server's own count: known when none of its kind waits.
std::string ScenarioPlay::merged_remark(const EventText& event) {
  const auto& names = Describe<EventKind>::names;
  const auto kind =
      static_cast<std::size_t>(std::find(names.begin(), names.end(), event.name) - names.begin());
  if (kind == names.size()) return {};
  const EventCounters counters = parts_.statistics().events[kind];
  if (counters.pending > 0) return {};
  const std::uint64_t news = counters.merged - std::exchange(merged_told_[kind], counters.merged);
  return news == 0 ? std::string{} : std::to_string(news) + " merged: one a second, the last always arrives";
}

}  // namespace qmpev
