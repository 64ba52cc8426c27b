// SPDX-License-Identifier: MIT
#include "spice/accept_source.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include <glib-unix.h>

namespace qmpev {

AcceptSource::AcceptSource(int fd, GMainContext* context, std::function<void(UniqueFd)> on_client)
    : fd_(fd), context_(context), on_client_(std::move(on_client)) {
  watch();
}

void AcceptSource::watch() {
  source_.reset(g_unix_fd_source_new(fd_, G_IO_IN));
  const GUnixFDSourceFunc ready = on_ready;
  g_source_set_callback(source_.get(), reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(ready)),
                        this, nullptr);
  g_source_attach(source_.get(), context_);
}

void AcceptSource::pause() {
  source_.reset(g_timeout_source_new(kRetryMs));
  g_source_set_callback(source_.get(), on_retry, this, nullptr);
  g_source_attach(source_.get(), context_);
}

gboolean AcceptSource::on_ready(int, GIOCondition, gpointer self) {
  return static_cast<AcceptSource*>(self)->take_clients();
}

gboolean AcceptSource::on_retry(gpointer self) {
  static_cast<AcceptSource*>(self)->watch();
  return G_SOURCE_REMOVE;
}

gboolean AcceptSource::take_clients() {
  for (int budget = kBudget; budget > 0; --budget) {
    UniqueFd client(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (client) {
      on_client_(std::move(client));
    } else if (errno == EAGAIN) {
      return G_SOURCE_CONTINUE;
    } else if (errno != ECONNABORTED && errno != EINTR) {  // mostly EMFILE or ENFILE; none of them may spin
      pause();
      return G_SOURCE_REMOVE;
    }
  }
  return G_SOURCE_CONTINUE;
}

}  // namespace qmpev
