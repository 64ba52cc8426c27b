// SPDX-License-Identifier: MIT
#include "cli/demo.hpp"

#include <algorithm>
#include <utility>

#include <glib-unix.h>

#include "cli/event_text.hpp"
#include "event/event_tables.hpp"

namespace qmpev {

namespace {

constexpr int kAfterLastStepMs = 300;  // for its event to come round

}  // namespace

Result<std::unique_ptr<Demo>> Demo::start(Hypervisor& hypervisor, Screen& screen, const std::string& path,
                                          std::function<void()> on_played) {
  auto client = QmpClient::connect(path);
  if (!client) return client.error();
  return std::unique_ptr<Demo>(new Demo(hypervisor, screen, std::move(client).value(), std::move(on_played)));
}

Demo::Demo(Hypervisor& hypervisor, Screen& screen, std::unique_ptr<QmpClient> client,
           std::function<void()> on_played)
    : hypervisor_(hypervisor), screen_(screen), client_(std::move(client)), on_played_(std::move(on_played)) {
  const Stage stage{hypervisor.machine(), hypervisor.guest(), screen,
                    [this](std::string_view command) { client_->execute(command); }};
  steps_ = scene(stage);
  steps_.push_back({steps_.back().at_ms + kAfterLastStepMs, on_played_});
  readable_source_ = g_unix_fd_add(client_->fd(), G_IO_IN, on_readable, this);
}

Demo::~Demo() {
  if (readable_source_ != 0) g_source_remove(readable_source_);
  if (time_source_ != 0) g_source_remove(time_source_);
}

gboolean Demo::on_readable(gint, GIOCondition, gpointer demo) {
  static_cast<Demo*>(demo)->receive();
  return G_SOURCE_CONTINUE;
}

gboolean Demo::on_time(gpointer demo) {
  auto* self = static_cast<Demo*>(demo);
  self->time_source_ = 0;
  self->play_due();
  return G_SOURCE_REMOVE;
}

void Demo::receive() {
  if (readable_source_ == 0) return;
  const bool alive = client_->receive([this](const std::string& line) { show(line); });
  if (!alive) g_source_remove(std::exchange(readable_source_, 0));
  if (start_us_ == 0 && client_->negotiated()) {
    start_us_ = g_get_monotonic_time();
    screen_.start();
    play_due();
  }
}

void Demo::play_due() {
  const gint64 now_ms = (g_get_monotonic_time() - start_us_) / 1000;
  while (next_step_ < steps_.size() && steps_[next_step_].at_ms <= now_ms) steps_[next_step_++].act();
  if (next_step_ == steps_.size()) return;
  time_source_ = g_timeout_add(static_cast<guint>(steps_[next_step_].at_ms - now_ms), on_time, this);
}

void Demo::show(const std::string& line) {
  if (const auto event = read_event(line)) screen_.event(*event, merged_remark(*event));
}

/// How many events were merged into this one, by the server's own count.
std::string Demo::merged_remark(const EventText& event) {
  if (event.name != wire_name(EventKind::balloon_change)) return {};
  const Statistics statistics = hypervisor_.server().statistics();
  const std::uint64_t merged = statistics.events[static_cast<std::size_t>(EventKind::balloon_change)].merged;
  const std::uint64_t news = merged - std::exchange(merged_told_, merged);
  return news == 0 ? std::string{} : std::to_string(news) + " merged: one a second, the last always arrives";
}

}  // namespace qmpev
