// SPDX-License-Identifier: MIT
// A command that runs beside the machine, in our process group and with our standard descriptors; and the
// signals that are meant for it. Relies on the default GMainContext to hear of its end: nothing is polled.
// Main thread.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <glib.h>

#include <qmpev/result.hpp>

namespace qmpev {

inline constexpr int kExitNotExecutable = 126;
inline constexpr int kExitNotFound = 127;
/// Added to the number of the signal that ended the command, as shells do.
inline constexpr int kExitSignal = 128;

class Child {
 public:
  /// Starts `words`, the first looked for in PATH, with `environment` and the signals of `mask` blocked. What
  /// we ignore, it does not. `on_end` is called in the loop. Fails with not_found or permission.
  static Result<std::unique_ptr<Child>> start(const std::vector<std::string>& words,
                                              const std::vector<std::string>& environment,
                                              const sigset_t& mask, std::function<void()> on_end);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Nothing happens when it has ended.
  void send(int signal_number) noexcept;
  /// Runs the loop until it has ended; returns its status as a shell tells it.
  int wait();

 private:
  Child(pid_t process, std::function<void()> on_end);
  static void on_exit(GPid, int wait_status, gpointer child);

  pid_t process_;
  std::function<void()> on_end_;
  guint source_ = 0;  ///< 0: it has ended
  int status_ = 0;
};

/// What a shell makes of the status that waitpid() gives.
int shell_status(int wait_status) noexcept;

/// `environment` with `name` set to `value`.
std::vector<std::string> with_variable(const char* const* environment, const std::string& name,
                                       const std::string& value);

}  // namespace qmpev
