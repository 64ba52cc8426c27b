// SPDX-License-Identifier: MIT
// A listening socket on a GMainContext: hands each client over. Out of descriptors it stops looking for a
// while, since the waiting client would otherwise wake the loop for ever. Loop thread.
#pragma once

#include <functional>

#include <glib.h>

#include "base/unique_fd.hpp"
#include "spice/source.hpp"

namespace qmpev {

class AcceptSource {
 public:
  static constexpr unsigned kRetryMs = 100;  ///< how long it waits for descriptors to become free
  static constexpr int kBudget = 16;         ///< clients per turn of the loop, which has others to serve

  /// `fd` listens, is non-blocking, and is borrowed like `context`.
  AcceptSource(int fd, GMainContext* context, std::function<void(UniqueFd)> on_client);
  AcceptSource(const AcceptSource&) = delete;
  AcceptSource& operator=(const AcceptSource&) = delete;

 private:
  static gboolean on_ready(int fd, GIOCondition condition, gpointer self);
  static gboolean on_retry(gpointer self);
  void watch();
  void pause();
  gboolean take_clients();

  const int fd_;
  GMainContext* const context_;
  const std::function<void(UniqueFd)> on_client_;
  Source source_;
};

}  // namespace qmpev
