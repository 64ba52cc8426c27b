// SPDX-License-Identifier: MIT
// A callback may remove its own timer or watch, or change it: nothing of it is touched after the callback.
#include "spice/core_interface.hpp"

#include <atomic>

#include <glib-unix.h>

#include "spice/source.hpp"

// The library leaves these two types to its host.
struct SpiceTimer {
  SpiceTimerFunc func;
  void* opaque;
  qmpev::Source source;
};
struct SpiceWatch {
  int fd;
  SpiceWatchFunc func;
  void* opaque;
  int mask;
  qmpev::Source source;
};

namespace qmpev {

namespace {

std::atomic<CoreInterface*> current{nullptr};

// --- timers
// ----------------------------------------------------------------------------------------------------

gboolean fire(gpointer data) {
  auto* timer = static_cast<SpiceTimer*>(data);
  timer->source.reset();
  timer->func(timer->opaque);
  return G_SOURCE_REMOVE;
}

SpiceTimer* timer_add(SpiceTimerFunc func, void* opaque) {
  return *current.load()->timers.insert(new SpiceTimer{func, opaque, {}}).first;
}

void timer_start(SpiceTimer* timer, std::uint32_t ms) {
  timer->source.reset(g_timeout_source_new(ms));
  g_source_set_callback(timer->source.get(), fire, timer, nullptr);
  g_source_attach(timer->source.get(), current.load()->context());
}

void timer_cancel(SpiceTimer* timer) {
  timer->source.reset();
}

void timer_remove(SpiceTimer* timer) {
  if (timer == nullptr) return;
  current.load()->timers.erase(timer);
  delete timer;
}

// --- watches
// ---------------------------------------------------------------------------------------------------

/// An error or a hang-up is for whoever waits: the next read or write tells it.
int events_of(GIOCondition condition, int mask) {
  int events = 0;
  if ((condition & G_IO_IN) != 0) events |= SPICE_WATCH_EVENT_READ;
  if ((condition & G_IO_OUT) != 0) events |= SPICE_WATCH_EVENT_WRITE;
  if ((condition & (G_IO_HUP | G_IO_ERR)) != 0) events |= mask;
  return events & mask;
}

gboolean ready(int fd, GIOCondition condition, gpointer data) {
  auto* watch = static_cast<SpiceWatch*>(data);
  const int events = events_of(condition, watch->mask);
  if (events != 0) watch->func(fd, events, watch->opaque);
  return G_SOURCE_CONTINUE;  // of a source that the callback destroyed this means nothing
}

void look(SpiceWatch* watch) {
  watch->source.reset();
  int condition = 0;
  if ((watch->mask & SPICE_WATCH_EVENT_READ) != 0) condition |= G_IO_IN;
  if ((watch->mask & SPICE_WATCH_EVENT_WRITE) != 0) condition |= G_IO_OUT;
  if (condition == 0) return;
  watch->source.reset(g_unix_fd_source_new(watch->fd, static_cast<GIOCondition>(condition)));
  const GUnixFDSourceFunc callback = ready;
  g_source_set_callback(watch->source.get(),
                        reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(callback)), watch,
                        nullptr);
  g_source_attach(watch->source.get(), current.load()->context());
}

SpiceWatch* watch_add(int fd, int mask, SpiceWatchFunc func, void* opaque) {
  SpiceWatch* watch = *current.load()->watches.insert(new SpiceWatch{fd, func, opaque, mask, {}}).first;
  look(watch);
  return watch;
}

void watch_update_mask(SpiceWatch* watch, int mask) {
  if (watch->mask == mask) return;
  watch->mask = mask;
  look(watch);
}

void watch_remove(SpiceWatch* watch) {
  if (watch == nullptr) return;
  current.load()->watches.erase(watch);
  delete watch;
}

// --- channels
// --------------------------------------------------------------------------------------------------

void channel_event(int event, SpiceChannelEventInfo* info) {
  if (CoreInterface* core = current.load()) core->events().take(event, info);
}

SpiceCoreInterface core_table{
    {SPICE_INTERFACE_CORE, "qmpev", SPICE_INTERFACE_CORE_MAJOR, SPICE_INTERFACE_CORE_MINOR},
    timer_add,
    timer_start,
    timer_cancel,
    timer_remove,
    watch_add,
    watch_update_mask,
    watch_remove,
    channel_event};

}  // namespace

std::unique_ptr<CoreInterface> CoreInterface::claim(GMainContext* context, ChannelEvents& events) {
  std::unique_ptr<CoreInterface> core(new CoreInterface(context, events));
  CoreInterface* none = nullptr;
  if (!current.compare_exchange_strong(none, core.get())) return nullptr;
  return core;
}

CoreInterface::~CoreInterface() {
  for (SpiceTimer* timer : timers) delete timer;
  for (SpiceWatch* watch : watches) delete watch;
  CoreInterface* self = this;
  current.compare_exchange_strong(self, nullptr);
}

SpiceCoreInterface* CoreInterface::table() noexcept {
  return &core_table;
}

}  // namespace qmpev
