// SPDX-License-Identifier: MIT
// The life of the machine as one word ("running", "paused", ...) and the events that its changes cause.
// A lock is held across emit on purpose: emit waits for nobody and calls nobody back, and so the events leave
// in the order in which the word changed. Any thread: a guest thread panics while the loop thread stops and
// resumes.
#pragma once

#include <functional>
#include <mutex>
#include <string_view>

#include <qmpev/emitter.hpp>

#include "hooks/panic.hpp"

namespace qmpev {

struct MachineStatus {
  std::string_view word;  ///< as query-status says it
  bool running;           ///< vCPUs execute
};

class Machine {
 public:
  /// A running machine. `on_end` is called once, without a lock, on the thread that ends the machine; it may
  /// be empty.
  Machine(Emitter emitter, PanicPolicy panic_policy, std::function<void()> on_end);

  MachineStatus status() const;
  PanicPolicy panic_policy() const noexcept { return panic_policy_; }

  /// STOP, unless it does not run.
  void stop();
  /// RESUME, unless it runs.
  void cont();
  /// RESET. A machine that did not run is as if it had never run.
  void reset(ShutdownCause cause);
  /// POWERDOWN: the guest is asked, nothing else changes.
  void powerdown();
  /// SHUTDOWN, once; nothing happens to the machine after it.
  void end(ShutdownCause cause);
  /// What follows a panic under the policy: STOP, SHUTDOWN or nothing. GUEST_PANICKED itself is the device's.
  void guest_panicked();

 private:
  enum class State { prelaunch, running, paused, guest_panicked, ended };
  void stop_as(State state);

  const Emitter emitter_;
  const PanicPolicy panic_policy_;
  const std::function<void()> on_end_;
  mutable std::mutex mutex_;
  State state_ = State::running;  // guarded by mutex_
};

}  // namespace qmpev
