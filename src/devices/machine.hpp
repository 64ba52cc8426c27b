// SPDX-License-Identifier: MIT
// The life of the machine: its run state, what its policies make of a reset, an end or a panic, and the
// events that all this causes. A lock is held across emit on purpose: emit waits for nobody and calls nobody
// back, and so the events leave in the order in which the state changed, and those of one panic side by side.
// Any thread: a guest thread panics while the loop thread stops and resumes.
#pragma once

#include <functional>
#include <mutex>
#include <string_view>

#include <qmpev/emitter.hpp>

#include "devices/machine_actions.hpp"
#include "devices/run_state.hpp"
#include "hooks/panic.hpp"

namespace qmpev {

struct MachineStatus {
  std::string_view word;  ///< as query-status says it
  bool running;           ///< vCPUs execute
};

/// Who accesses a register. It shows in the order of events: the machine's own thread stops it at once, a
/// vCPU only asks for that, and an end overtakes the request.
enum class Access {
  vcpu,
  main_loop,  ///< a debugger, a test driver
};

struct MachineConfig {
  MachineActions actions{};
  bool start_running = true;  ///< false: waits in prelaunch for cont
  bool preconfig = false;     ///< has yet to be built: waits for exit_preconfig()
};

class Machine {
 public:
  /// `on_end` is called once, without a lock, on the thread that ends the machine, with the exit status that
  /// its process should have (0 or 1); it may be empty.
  using OnEnd = std::function<void(int exit_status)>;
  Machine(Emitter emitter, const MachineConfig& config, OnEnd on_end);

  MachineStatus status() const;
  /// SHUTDOWN has been said, and the process is about to go.
  bool ended() const;
  MachineActions actions() const;
  void set_actions(const MachineActions& actions);

  // After the machine has ended none of the following does or says anything.

  /// The machine has yet to be built.
  bool preconfig() const;
  /// It is built, and RESUME unless it is to wait for cont. False: it was built already.
  bool exit_preconfig();
  /// STOP, unless it does not run.
  void stop();
  /// RESUME, unless it runs. False: it has to be reset first.
  bool cont();
  /// RESET; a machine that did not run is as if it had never run. With reboot=shutdown it is shutdown(cause).
  void reset(ShutdownCause cause);
  /// POWERDOWN: the guest is asked, nothing else changes.
  void powerdown();
  /// SHUTDOWN and the end; with shutdown=pause SHUTDOWN, then STOP.
  void shutdown(ShutdownCause cause);
  /// SHUTDOWN and the end, whatever the policy: somebody wants the process to go.
  void end(ShutdownCause cause);
  /// STOP in one of the states internal_error, io_error or watchdog, unless it does not run.
  void fail(RunState state);

  /// GUEST_PANICKED and what the policy makes of it: STOP, SHUTDOWN or nothing.
  void guest_panicked(Access access, const PanicDetails& details = {});
  /// GUEST_CRASHLOADED.
  void guest_crashloaded();
  /// GUEST_PVSHUTDOWN, then as shutdown(guest_shutdown).
  void guest_pvshutdown();

 private:
  template <class Change>
  void change(Change change);
  // With the lock held:
  void stop_as(RunState state);
  void resume();
  void shut_down(ShutdownCause cause, int exit_status);
  void end_as(ShutdownCause cause, int exit_status);
  void follow_panic(GuestPanicAction action, Access access);

  const Emitter emitter_;
  const OnEnd on_end_;
  mutable std::mutex mutex_;
  MachineActions actions_;  // guarded by mutex_, as are those below
  RunState state_;
  bool start_running_;  ///< once it is built
  bool preconfig_;
  bool ended_ = false;
  int exit_status_ = 0;
};

}  // namespace qmpev
