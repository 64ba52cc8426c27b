// SPDX-License-Identifier: MIT
// What stands before the event log, as far as sessions must know of it: the composition root connects it with
// the emitter. Loop thread.
#pragma once

#include <cstddef>

namespace qmpev {

class EventSource {
 public:
  /// Puts everything emitted before this call into the event log. Called before a reply gets its place, so
  /// that the events of a command precede its reply.
  virtual void settle() noexcept = 0;
  /// So many hear events from now on: the sessions in command mode, and one for all clients that may come and
  /// ask for what they missed. Called when the number changes.
  virtual void set_audience(std::size_t sessions) noexcept = 0;
  /// So many of them hear events that the embedder registered. Called when the number changes.
  virtual void set_registered_audience(std::size_t sessions) noexcept = 0;

 protected:
  ~EventSource() = default;
};

}  // namespace qmpev
