// SPDX-License-Identifier: MIT
#include "cli/signal_queue.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <utility>

#include <glib-unix.h>

#include "base/assert.hpp"

namespace qmpev {

SignalQueue::SignalQueue() {
  sigset_t taken;
  ::sigemptyset(&taken);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::sigaddset(&taken, number);
  ::sigprocmask(SIG_BLOCK, &taken, &before_);
  fd_ = UniqueFd(::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK));
}

SignalQueue::~SignalQueue() {
  if (source_ != 0) g_source_remove(source_);
  // Those that came meanwhile were meant for what is over now.
  signalfd_siginfo left;
  while (fd_ && ::read(fd_.get(), &left, sizeof left) == sizeof left) {
  }
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void SignalQueue::listen(OnSignal on_signal) {
  QMPEV_ASSERT(source_ == 0);
  on_signal_ = std::move(on_signal);
  if (fd_) source_ = g_unix_fd_add(fd_.get(), G_IO_IN, on_readable, this);
}

gboolean SignalQueue::on_readable(gint fd, GIOCondition, gpointer data) {
  signalfd_siginfo info;
  if (::read(fd, &info, sizeof info) == sizeof info) {
    const bool by_terminal = info.ssi_code == SI_KERNEL;
    static_cast<SignalQueue*>(data)->on_signal_(static_cast<int>(info.ssi_signo), by_terminal);
  }
  return G_SOURCE_CONTINUE;
}

}  // namespace qmpev
