// SPDX-License-Identifier: MIT
// The connection to QEMU's test library (-qtest unix:PATH), which listens and sends lines. One that sends no
// line end, or does not read its answers, is given up. Main thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <glib.h>

#include <qmpev/result.hpp>

#include "base/unique_fd.hpp"
#include "hypervisor/qtest_lines.hpp"

namespace qmpev {

/// A line of the protocol is a command and two numbers.
inline constexpr std::size_t kMaxQtestLineBytes = 4096;

class QtestLink {
 public:
  /// Connects and watches on the default GMainContext. `machine` is borrowed. Fails with not_found,
  /// permission or system.
  static Result<std::unique_ptr<QtestLink>> connect(const std::string& path, ReferenceMachine& machine);
  ~QtestLink();
  QtestLink(const QtestLink&) = delete;
  QtestLink& operator=(const QtestLink&) = delete;

 private:
  QtestLink(UniqueFd socket, ReferenceMachine& machine);
  static gboolean on_input(gint fd, GIOCondition condition, gpointer link);
  bool receive();
  bool answer_lines();

  UniqueFd socket_;
  QtestLines lines_;
  std::string input_;
  guint source_ = 0;
};

}  // namespace qmpev
