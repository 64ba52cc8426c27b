// SPDX-License-Identifier: MIT
// The timers, watches and channel events that libspice-server asks of its host, on a GMainContext. The
// library calls them without saying for which server, so there is one at a time in a process. Loop thread,
// but for channel events, which may come from any.
#pragma once

#include <memory>
#include <set>

#include <glib.h>
#include <spice.h>

#include "spice/channel_events.hpp"

namespace qmpev {

class CoreInterface {
 public:
  /// Null when there is another. Both arguments are borrowed.
  static std::unique_ptr<CoreInterface> claim(GMainContext* context, ChannelEvents& events);
  ~CoreInterface();  ///< after the library's server: what it has not removed is removed
  CoreInterface(const CoreInterface&) = delete;
  CoreInterface& operator=(const CoreInterface&) = delete;

  SpiceCoreInterface* table() noexcept;

  // For the table's functions.
  GMainContext* context() const noexcept { return context_; }
  ChannelEvents& events() const noexcept { return events_; }
  std::set<SpiceTimer*> timers;
  std::set<SpiceWatch*> watches;

 private:
  CoreInterface(GMainContext* context, ChannelEvents& events) : context_(context), events_(events) {}

  GMainContext* const context_;
  ChannelEvents& events_;
};

}  // namespace qmpev
