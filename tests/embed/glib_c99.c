/* SPDX-License-Identifier: MIT */
/* A hypervisor process in C99 on GLib's main loop. A balloon lives on a thread of its own; the QMP command
 * `balloon` is handed to that thread, which emits the event and answers. QMP's `quit` and SIGTERM end the
 * process behind the last words: every client that reads has received all that was emitted.
 *
 *   build: cc -std=c99 glib_c99.c $(pkg-config --cflags --libs qmpev glib-2.0)
 *   usage: glib_c99 SOCKET
 */
#include <glib-unix.h>
#include <stdio.h>

#include <qmpev/qmpev.h>

enum { LAST_WORDS_MS = 2000 }; /* how long a client that reads slowly can hold up the end */
static const int64_t ram_bytes = INT64_C(1) << 30;
static const int64_t page_bytes = 4096; /* of a balloon, whatever the guest's own are */

/* Shared with the device's thread. Both members may be used from any thread. */
typedef struct {
  GAsyncQueue* calls; /* of type qmpev_call, each with a reference of its own */
  qmpev_emitter* emitter;
} balloon_device;

/* Of the loop thread alone. */
typedef struct {
  GMainLoop* loop;
  qmpev_emitter* emitter;
} machine;

static char end_of_calls; /* its address is what ends the device's thread */

/* How many pages the balloon holds so that `bytes` are left. This guest obeys at once. */
static uint32_t pages_that_leave(int64_t bytes) {
  return (uint32_t)((ram_bytes - CLAMP(bytes, 0, ram_bytes)) / page_bytes);
}

/* The device's own thread. */
static gpointer run_balloon(gpointer user_data) {
  balloon_device* device = user_data;
  gpointer call;
  while ((call = g_async_queue_pop(device->calls)) != &end_of_calls) {
    int64_t target = 0;
    qmpev_call_get_integer(call, "value", &target); /* is there: the schema demands it */
    /* Does not wait and cannot fail. */
    qmpev_hook_balloon(device->emitter, (uint64_t)ram_bytes, pages_that_leave(target));
    /* {}, which its client receives behind the event, unless a rate limit holds that back. */
    qmpev_call_answer(call, NULL);
    qmpev_call_unref(call);
  }
  return NULL;
}

/* Loop thread, as all callbacks of the server. The device's thread ends what begins here. */
static void on_balloon(qmpev_call* call, void* user_data) {
  balloon_device* device = user_data;
  g_async_queue_push(device->calls, qmpev_call_ref(call));
}

static void end_machine(machine* vm, qmpev_shutdown_cause reason) {
  qmpev_hook_shutdown(vm->emitter, reason);
  g_main_loop_quit(vm->loop); /* returns: the reply to `quit` is written afterwards */
}

static int on_quit(const char** why, void* user_data) {
  (void)why; /* for those that refuse */
  end_machine(user_data, QMPEV_SHUTDOWN_CAUSE_HOST_QMP_QUIT);
  return 0;
}

/* GLib calls this in the loop, not in a signal handler: everything is allowed. */
static gboolean on_sigterm(gpointer user_data) {
  end_machine(user_data, QMPEV_SHUTDOWN_CAUSE_HOST_SIGNAL);
  return G_SOURCE_CONTINUE;
}

static void print_log(qmpev_log_level level, const char* text, void* user_data) {
  (void)user_data;
  if (level >= QMPEV_LOG_WARNING) fprintf(stderr, "qmpev: %s\n", text);
}

/* Adds the command, listens, attaches to the loop. 0, or a negative errno and qmpev_last_error(). */
static int open_monitor(qmpev_server* server, const char* path, balloon_device* device, machine* vm) {
  /* No arguments are listed: QEMU's schema knows those of `balloon`, and they are checked before. */
  qmpev_command balloon = {.size = sizeof balloon, .name = "balloon", .handler = on_balloon};
  int refused;
  balloon.user_data = device; /* ours, and lives longer than the server: no user_data_free */
  refused = qmpev_server_add_command(server, &balloon);
  if (refused == 0) refused = qmpev_server_listen_unix(server, path, QMPEV_WIRE_QEMU);
  if (refused == 0) refused = qmpev_server_attach(server, g_main_loop_get_context(vm->loop));
  return refused;
}

static void run_machine(machine* vm, balloon_device* device) {
  GThread* thread = g_thread_new("balloon", run_balloon, device);
  guint sigterm = g_unix_signal_add(SIGTERM, on_sigterm, vm);
  g_main_loop_run(vm->loop);
  g_source_remove(sigterm);
  /* Behind the calls that were handed over: those end well. */
  g_async_queue_push(device->calls, &end_of_calls);
  g_thread_join(thread);
}

int main(int argc, char** argv) {
  machine vm = {0};
  balloon_device device = {0};
  qmpev_server_config config = {.size = sizeof config, .log = print_log, .run_quit = on_quit};
  qmpev_server* server;
  int refused;
  if (argc != 2) return fprintf(stderr, "usage: %s SOCKET\n", argv[0]), 2;

  config.run_user_data = &vm;
  server = qmpev_server_new(&config); /* this thread is the loop thread from now on */
  if (server == NULL) return fprintf(stderr, "%s\n", qmpev_last_error()), 1;
  vm.loop = g_main_loop_new(NULL, FALSE);
  vm.emitter = qmpev_server_get_emitter(server);
  device.emitter = qmpev_emitter_ref(vm.emitter); /* one reference per owner */
  /* The last flush still serves clients: a call that comes then is dropped with the queue. */
  device.calls = g_async_queue_new_full((GDestroyNotify)qmpev_call_unref);

  refused = open_monitor(server, argv[1], &device, &vm);
  if (refused == 0)
    run_machine(&vm, &device);
  else
    fprintf(stderr, "%s\n", qmpev_last_error()); /* a sentence that says what to do */

  if (qmpev_server_flush_within(server, LAST_WORDS_MS) != QMPEV_FLUSH_DONE)
    fprintf(stderr, "a client did not read its last events\n");
  qmpev_server_free(server); /* ends the sessions, removes the socket */
  qmpev_emitter_unref(device.emitter);
  qmpev_emitter_unref(vm.emitter);
  g_async_queue_unref(device.calls);
  g_main_loop_unref(vm.loop);
  return refused == 0 ? 0 : 1;
}
