// SPDX-License-Identifier: MIT
// `qmpev serve --demo`: plays the scene and shows it. The effects on the screen come from a QMP client of our
// own socket, so the screen shows what went over the wire and nothing else. Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <glib.h>

#include "cli/qmp_client.hpp"
#include "cli/scene.hpp"
#include "cli/screen.hpp"
#include "hypervisor/hypervisor.hpp"

namespace qmpev {

class Demo {
 public:
  /// Connects to `path`, a socket of `hypervisor`, and plays as soon as the client has negotiated.
  /// `on_played` is called after the last step. Both objects are borrowed for the demo's life. Fails as
  /// QmpClient::connect does.
  static Result<std::unique_ptr<Demo>> start(Hypervisor& hypervisor, Screen& screen, const std::string& path,
                                             std::function<void()> on_played);
  ~Demo();
  Demo(const Demo&) = delete;
  Demo& operator=(const Demo&) = delete;

  /// Shows what has arrived.
  void receive();

 private:
  Demo(Hypervisor& hypervisor, Screen& screen, std::unique_ptr<QmpClient> client,
       std::function<void()> on_played);
  static gboolean on_readable(gint, GIOCondition, gpointer demo);
  static gboolean on_time(gpointer demo);
  void play_due();
  void show(const std::string& line);
  std::string merged_remark(const EventText& event);

  Hypervisor& hypervisor_;
  Screen& screen_;
  std::unique_ptr<QmpClient> client_;
  std::function<void()> on_played_;
  std::vector<SceneStep> steps_;
  std::size_t next_step_ = 0;
  gint64 start_us_ = 0;  ///< 0: not negotiated yet
  std::uint64_t merged_told_ = 0;
  guint readable_source_ = 0;
  guint time_source_ = 0;
};

}  // namespace qmpev
