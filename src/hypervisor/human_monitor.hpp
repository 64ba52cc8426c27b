// SPDX-License-Identifier: MIT
// The few lines of QEMU's human monitor that scripts send through QMP's human-monitor-command: what a machine
// like ours can answer, in QEMU's words. Every other line is the unknown command that it is. Loop thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include <qmpev/server.hpp>

#include "devices/cpu_hotplug.hpp"
#include "devices/virtio_balloon.hpp"

namespace qmpev {

/// Words of one line that are looked at: more than any command has.
inline constexpr std::size_t kMaxHumanWords = 8;

class HumanMonitor {
 public:
  /// What the lines speak of. `run_state` has every function; `balloon` is borrowed for the monitor's life.
  struct Subjects {
    RunControl run_state;
    VirtioBalloon& balloon;
    std::function<void()> on_target;  ///< a new target of the balloon is set
    std::string name;                 ///< of the machine; may be empty
  };
  explicit HumanMonitor(Subjects subjects) : subjects_(std::move(subjects)) {}

  /// What the monitor prints for `line`; each of its lines ends with CR LF. Empty: it had nothing to say.
  std::string run(std::string_view line) const;

 private:
  Subjects subjects_;
};

/// human-monitor-command; refuses a processor that is not there. The server keeps the monitor and borrows
/// `cpus`.
Result<void> add_human_monitor_command(Server& server, HumanMonitor monitor, const CpuHotplug& cpus);

}  // namespace qmpev
