// SPDX-License-Identifier: MIT
// `qmpev serve --scenario` and `--demo`: a scenario on the machine of this process, with a screen that shows
// cause beside effect. The effects come from a QMP client of our own socket, so the screen shows what went
// over the wire and nothing else. Loop thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <glib.h>

#include <qmpev/statistics.hpp>
#include <qmpev/traffic.hpp>

#include "cli/qmp_client.hpp"
#include "cli/screen.hpp"
#include "hypervisor/trigger_runner.hpp"
#include "scenario/client_watch.hpp"
#include "scenario/player.hpp"

namespace qmpev {

/// What a play needs of the machine, all of it borrowed or callable for the play's life.
struct PlayParts {
  std::function<void(Trigger, TriggerRunner::Done)> run;  ///< as TriggerRunner::run
  std::function<Statistics()> statistics;
  std::function<void()> end_machine;
  std::function<void(bool failed)> on_played;  ///< called once
};

class ScenarioPlay final : private ScenarioStage {
 public:
  /// Connects to `path`, a socket of the machine, and plays as soon as the client has negotiated. Fails as
  /// QmpClient::connect does.
  static Result<std::unique_ptr<ScenarioPlay>> start(Scenario scenario, std::uint64_t seed, Screen& screen,
                                                     const std::string& path, PlayParts parts);
  ~ScenarioPlay() override;
  ScenarioPlay(const ScenarioPlay&) = delete;
  ScenarioPlay& operator=(const ScenarioPlay&) = delete;

  /// Shows what has arrived.
  void receive();
  /// What passes the server's sessions, ours included.
  void see(const Traffic& traffic) { watch_.see(traffic); }

 private:
  ScenarioPlay(Scenario scenario, std::uint64_t seed, Screen& screen, std::unique_ptr<QmpClient> client,
               PlayParts parts);
  static gboolean on_readable(gint, GIOCondition, gpointer play);
  static gboolean on_time(gpointer play);

  void say(const std::string& text) override;
  void trigger(const TriggerStep& step, OnDone on_done) override;
  void command(const CommandStep& step, OnDone on_done) override;
  void storm_begins(const StormStep& step) override;
  void storm_trigger(const Trigger& trigger, OnDone on_done) override;
  void storm_ends(const StormStep& step, const StormOutcome& outcome) override;
  void end_machine() override;
  void played(const std::optional<std::string>& failure) override;

  void arm();
  void take_event(const std::string& line);
  void show_held();
  void show_foreign_command(const std::string& name, const std::string& arguments);
  std::string merged_remark(const EventText& event);

  struct HeldEvent {
    EventText event;
    double seconds;
    std::string remark;
  };

  const Scenario scenario_;
  Screen& screen_;
  const std::unique_ptr<QmpClient> client_;
  const PlayParts parts_;
  ClientWatch watch_;
  Player player_;
  bool started_ = false;
  bool holding_ = false;  // a trigger acts: its effects are shown after the cause
  std::vector<HeldEvent> held_;
  std::array<std::uint64_t, kEventKinds> merged_told_{};
  guint readable_source_ = 0;
  guint time_source_ = 0;
  std::int64_t armed_ns_ = 0;                                   // for when time_source_ is set, if it is
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // until when an answer may call us
};

}  // namespace qmpev
