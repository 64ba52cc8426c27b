// SPDX-License-Identifier: MIT
// A hypervisor in this process as a command line asks for it: what the verbs serve and run share. Main
// thread, which is the loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <glib.h>

#include <qmpev/result.hpp>
#include <qmpev/traffic.hpp>

#include "cli/monitor_opening.hpp"
#include "cli/qtest_link.hpp"
#include "cli/scenario_play.hpp"
#include "cli/screen.hpp"
#include "cli/serve_options.hpp"
#include "cli/transcript.hpp"
#include "hypervisor/hypervisor.hpp"

namespace qmpev {

class Serving {
 public:
  /// Builds the machine and reads what load_scenario found for it; nobody can reach it yet. Fails as
  /// Hypervisor::create and parse_scenario do.
  /// `on_traffic` as ServerConfig takes it, called besides the transcript that the options may ask for.
  static Result<std::unique_ptr<Serving>> create(const ServeOptions& options, const ScenarioText& text,
                                                 TrafficCallback on_traffic);
  ~Serving();
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  /// Opens the monitors, or takes the sockets that were found for them, and says in their options which ports
  /// were picked, then the transcript: clients can connect when this returns. Fails as Server::listen, adopt
  /// and Transcript::create do.
  Result<void> listen(std::vector<ListenOption>& listeners);
  /// Opens the monitors that are in QEMU's spelling, as far as the first that waits for a client; the others,
  /// the connection to who tests the machine through its ports, and the machine begin when it has come. Fails
  /// as MonitorOpening::begin does; what is refused later ends run().
  Result<void> open(const ServeOptions& options);
  /// As MonitorOpening::announce, behind open().
  void announce(std::function<void(const QemuMonitor&)> opened);
  /// Where real SPICE viewers connect, as remote-viewer takes it; empty: nowhere.
  const std::string& viewer_address() const noexcept { return hypervisor_->viewer_address(); }
  /// Begins to play the scenario, if the options name one, on `screen`, which is borrowed, through the
  /// monitor at `path`; `try_lines` come after it, unless the machine has ended by then.
  Result<void> play(Screen& screen, const std::string& path, const std::string& try_lines);

  /// Serves until the machine has ended, calls `on_end`, and lets everybody hear of it. Clients are connected
  /// until this object is gone. Returns the exit status that the machine's end asks for, or else kExitRefused
  /// when the scenario waited in vain.
  int run(const std::function<void()>& on_end = {});
  /// Ends the machine as a signal would: run() returns.
  void end();

 private:
  struct Unref {
    void operator()(GMainLoop* loop) const noexcept { g_main_loop_unref(loop); }
  };
  Serving(const ServeOptions& options, TrafficCallback on_traffic);
  void note(const Traffic& traffic);
  Result<void> read_scenario(const ServeOptions& options, const ScenarioText& text);
  Result<void> start(const std::string& qtest_path);
  PlayParts play_parts(Screen& screen, const std::string& try_lines);

  std::unique_ptr<GMainLoop, Unref> loop_;
  int exit_status_ = 0;
  std::optional<TranscriptOption> transcript_option_;
  TrafficCallback on_traffic_;
  std::unique_ptr<Transcript> transcript_;  ///< before the hypervisor, whose end it records
  std::unique_ptr<Hypervisor> hypervisor_;
  std::unique_ptr<QtestLink> qtest_;
  std::unique_ptr<MonitorOpening> opening_;
  bool runs_then_ = false;  ///< the machine starts when no client is awaited any more
  std::string scenario_name_;
  std::optional<Scenario> scenario_;
  std::uint64_t seed_ = 0;
  bool scenario_failed_ = false;
  std::unique_ptr<ScenarioPlay> play_;
};

/// A screen that is closed and a transcript that may not grow any more must not end the machine.
void ignore_write_signals();

/// Says a refusal on stderr and gives the exit status for it.
int refuse(const Error& error);

/// Tells on standard error what of QEMU's options has no effect.
void say_what_is_passed_over(const QemuOptions& options);

}  // namespace qmpev
