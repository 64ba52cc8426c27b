// SPDX-License-Identifier: MIT
// Signals that would end us, taken from the loop instead, with who sent them. Made before any other thread,
// which then blocks them as well. Main thread.
#pragma once

#include <csignal>
#include <functional>

#include <glib.h>

#include "base/unique_fd.hpp"

namespace qmpev {

class SignalQueue {
 public:
  /// `by_terminal`: the kernel sent it to the whole process group of a terminal, so that whoever else is in
  /// it has it already.
  using OnSignal = std::function<void(int number, bool by_terminal)>;

  /// Blocks SIGINT, SIGTERM, SIGHUP and SIGQUIT until it is destroyed. They wait until somebody listens.
  SignalQueue();
  ~SignalQueue();
  SignalQueue(const SignalQueue&) = delete;
  SignalQueue& operator=(const SignalQueue&) = delete;

  /// From now on, in the default GMainContext.
  void listen(OnSignal on_signal);
  /// What was blocked before.
  const sigset_t& mask_before() const noexcept { return before_; }

 private:
  static gboolean on_readable(gint fd, GIOCondition, gpointer queue);

  sigset_t before_{};
  UniqueFd fd_;
  OnSignal on_signal_;
  guint source_ = 0;
};

}  // namespace qmpev
