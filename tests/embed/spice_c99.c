/* SPDX-License-Identifier: MIT */
/* A hypervisor process in C99 with a SPICE server of its own (libspice-server), whose channels QMP clients
 * hear of: one word in the table that the library is given, and one call that says where to emit. Everything
 * else here is what the library wants of any host: timers and watches, on GLib's main loop.
 *
 *   usage: spice_c99 QMP_SOCKET SPICE_SOCKET [PASSWORD]
 */
#include <glib-unix.h>
#include <spice.h>
#include <stdio.h>

#include <qmpev/qmpev.h>

/* The library leaves these two types to its host. A callback may remove what it belongs to: nothing of it is
 * touched afterwards. */
struct SpiceTimer {
  SpiceTimerFunc func;
  void* opaque;
  guint source; /* 0: not running */
};
struct SpiceWatch {
  int fd;
  SpiceWatchFunc func;
  void* opaque;
  guint source;
};

static void end_source(guint* source) {
  if (*source != 0) g_source_remove(*source);
  *source = 0;
}

static gboolean on_time(gpointer user_data) {
  SpiceTimer* timer = user_data;
  timer->source = 0;
  timer->func(timer->opaque);
  return G_SOURCE_REMOVE;
}

static SpiceTimer* timer_add(SpiceTimerFunc func, void* opaque) {
  SpiceTimer* timer = g_new0(SpiceTimer, 1);
  timer->func = func;
  timer->opaque = opaque;
  return timer;
}

static void timer_cancel(SpiceTimer* timer) {
  end_source(&timer->source);
}

static void timer_start(SpiceTimer* timer, uint32_t ms) {
  timer_cancel(timer);
  timer->source = g_timeout_add(ms, on_time, timer);
}

static void timer_remove(SpiceTimer* timer) {
  timer_cancel(timer);
  g_free(timer);
}

static gboolean on_ready(gint fd, GIOCondition condition, gpointer user_data) {
  SpiceWatch* watch = user_data;
  int events = (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR)) != 0 ? SPICE_WATCH_EVENT_READ : 0;
  if ((condition & G_IO_OUT) != 0) events |= SPICE_WATCH_EVENT_WRITE;
  watch->func(fd, events, watch->opaque);
  return G_SOURCE_CONTINUE; /* of a source that is removed this means nothing */
}

static void watch_update_mask(SpiceWatch* watch, int mask) {
  int condition = (mask & SPICE_WATCH_EVENT_READ) != 0 ? G_IO_IN : 0;
  if ((mask & SPICE_WATCH_EVENT_WRITE) != 0) condition |= G_IO_OUT;
  end_source(&watch->source);
  if (condition != 0) watch->source = g_unix_fd_add(watch->fd, (GIOCondition)condition, on_ready, watch);
}

static SpiceWatch* watch_add(int fd, int mask, SpiceWatchFunc func, void* opaque) {
  SpiceWatch* watch = g_new0(SpiceWatch, 1);
  watch->fd = fd;
  watch->func = func;
  watch->opaque = opaque;
  watch_update_mask(watch, mask);
  return watch;
}

static void watch_remove(SpiceWatch* watch) {
  end_source(&watch->source);
  g_free(watch);
}

static SpiceCoreInterface core = {
    {SPICE_INTERFACE_CORE, "spice_c99", SPICE_INTERFACE_CORE_MAJOR, SPICE_INTERFACE_CORE_MINOR},
    timer_add,
    timer_start,
    timer_cancel,
    timer_remove,
    watch_add,
    watch_update_mask,
    watch_remove,
    qmpev_spice_channel_event};

/* NULL when the library refuses, and has said why. */
static SpiceServer* open_spice(const char* path, const char* password) {
  SpiceServer* spice = spice_server_new();
  spice_server_set_addr(spice, path, SPICE_ADDR_FLAG_UNIX_ONLY);
  if (password != NULL)
    spice_server_set_ticket(spice, password, 0, 0, 0);
  else
    spice_server_set_noauth(spice);
  if (spice_server_init(spice, &core) == 0) return spice;
  spice_server_destroy(spice);
  return NULL;
}

static gboolean on_sigterm(gpointer loop) {
  g_main_loop_quit(loop);
  return G_SOURCE_CONTINUE;
}

int main(int argc, char** argv) {
  GMainLoop* loop = g_main_loop_new(NULL, FALSE);
  const char* password = argc == 4 ? argv[3] : NULL;
  qmpev_server* server;
  qmpev_emitter* emitter;
  SpiceServer* spice = NULL;
  int refused;
  if (argc != 3 && argc != 4)
    return fprintf(stderr, "usage: %s QMP_SOCKET SPICE_SOCKET [PASSWORD]\n", argv[0]), 2;
  g_unix_signal_add(SIGTERM, on_sigterm, loop);

  server = qmpev_server_new(NULL);
  emitter = qmpev_server_get_emitter(server);
  refused = qmpev_server_listen_unix(server, argv[1], QMPEV_WIRE_QEMU);
  if (refused == 0) refused = qmpev_server_attach(server, g_main_loop_get_context(loop));
  if (refused == 0) refused = qmpev_spice_set_emitter(emitter, password != NULL ? "spice" : "none");
  if (refused != 0) fprintf(stderr, "%s\n", qmpev_last_error());
  qmpev_emitter_unref(emitter); /* the callback holds a reference of its own */

  if (refused == 0) spice = open_spice(argv[2], password);
  if (spice != NULL) {
    printf("spice+unix://%s\n", argv[2]);
    fflush(stdout);
    g_main_loop_run(loop);
    spice_server_destroy(spice); /* its channels end, and that is told */
  }
  qmpev_spice_set_emitter(NULL, NULL);
  qmpev_server_free(server);
  g_main_loop_unref(loop);
  return spice != NULL ? 0 : 1;
}
