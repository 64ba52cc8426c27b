// SPDX-License-Identifier: MIT
// A hypervisor in this process as a command line asks for it: what the verbs serve and run share. Main
// thread, which is the loop thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <glib.h>

#include <qmpev/result.hpp>

#include "cli/demo.hpp"
#include "cli/screen.hpp"
#include "cli/serve_options.hpp"
#include "hypervisor/hypervisor.hpp"

namespace qmpev {

class Serving {
 public:
  /// Builds the machine; nobody can reach it yet. Fails as Hypervisor::create does.
  static Result<std::unique_ptr<Serving>> create(const ServeOptions& options);
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  /// Opens the monitors: clients can connect when this returns. Fails as Server::listen does.
  Result<void> listen(const std::vector<ListenOption>& listeners);
  /// Plays the scene on `screen`, which is borrowed, through the monitor at `path`; `try_lines` come after
  /// it.
  Result<void> play_demo(Screen& screen, const std::string& path, const std::string& try_lines);

  /// Serves until the machine has ended, then lets everybody hear of it. Clients are connected until this
  /// object is gone. Returns the exit status that the machine's end asks for.
  int run();
  /// Ends the machine as a signal would: run() returns.
  void end();

 private:
  struct Unref {
    void operator()(GMainLoop* loop) const noexcept { g_main_loop_unref(loop); }
  };
  Serving() : loop_(g_main_loop_new(nullptr, FALSE)) {}

  std::unique_ptr<GMainLoop, Unref> loop_;
  int exit_status_ = 0;
  std::unique_ptr<Hypervisor> hypervisor_;
  std::unique_ptr<Demo> demo_;
};

/// Says a refusal on stderr and gives the exit status for it.
int refuse(const Error& error);

}  // namespace qmpev
