/* SPDX-License-Identifier: MIT */
/* Makes every call of the C interface in the ways that cost most, and says what each asked of the system
 * (watch.h). src/capi/README.md has a table of it, which calls_test.py holds against this.
 *
 *   usage: calls FOLDER
 */
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "device_calls.h"
#include "rig.h"
#include "watch.h"

static qmpev_call* held_call;

static void keep(qmpev_call* call, void* user_data) {
  (void)user_data;
  must(held_call == NULL, "one call at a time");
  WATCHED(qmpev_call_ref, held_call = qmpev_call_ref(call));
}

static void at_once(qmpev_call* call, void* user_data) {
  (void)user_data;
  WATCHED(qmpev_call_is_cancelled, qmpev_call_is_cancelled(call));
  WATCHED(qmpev_call_answer, must(qmpev_call_answer(call, NULL) == 0, "an answer at once"));
}

static void make_server(void) {
  qmpev_server_config config = {.size = sizeof config, .name = "vm"};
  qmpev_event_member member = {.name = "level", .type = QMPEV_MEMBER_INTEGER, .flags = QMPEV_MEMBER_OPTIONAL};
  qmpev_event_declaration event = {
      .size = sizeof event, .name = "X_LAMP", .members = &member, .member_count = 1};
  qmpev_command command = {.size = sizeof command, .name = "lamp", .handler = keep};
  const qmpev_argument arguments[] = {{"text", QMPEV_ARGUMENT_TEXT, 1},
                                      {"level", QMPEV_ARGUMENT_INTEGER, 1},
                                      {"lit", QMPEV_ARGUMENT_BOOLEAN, 1}};
  command.arguments = arguments;
  command.argument_count = 3;
  WATCHED(qmpev_server_new, server = qmpev_server_new(&config));
  must(server != NULL, "a server");
  WATCHED(qmpev_server_get_fd, qmpev_server_get_fd(server));
  WATCHED(qmpev_server_get_emitter, emitter = qmpev_server_get_emitter(server));
  WATCHED(qmpev_emitter_ref, qmpev_emitter_ref(emitter));
  WATCHED(qmpev_emitter_unref, qmpev_emitter_unref(emitter));
  WATCHED(qmpev_server_add_event, own_event = qmpev_server_add_event(server, &event));
  must(own_event != NULL, "an event");
  WATCHED(qmpev_event_ref, qmpev_event_ref(own_event));
  WATCHED(qmpev_event_unref, qmpev_event_unref(own_event));
  WATCHED(qmpev_server_add_command, must(qmpev_server_add_command(server, &command) == 0, "a command"));
  command.name = "lamp-now";
  command.handler = at_once;
  command.flags = QMPEV_COMMAND_ALLOW_OOB;
  WATCHED(qmpev_server_add_command, must(qmpev_server_add_command(server, &command) == 0, "another"));
}

static int open_monitors(void) {
  qmpev_monitor_options options = {.size = sizeof options, .host = "127.0.0.1", .role = QMPEV_ROLE_FULL};
  char address[64];
  int port = 0;
  must(close(unix_socket("stale", 1)) == 0, "a stale socket");
  WATCHED(qmpev_server_listen_unix,
          must(qmpev_server_listen_unix(server, in_folder("stale"), QMPEV_WIRE_QEMU) == 0, "listening"));
  WATCHED(qmpev_server_listen, must(qmpev_server_listen(server, QMPEV_WIRE_DOCUMENT, &options) == 0, "TCP"));
  options.host = NULL;
  options.path = in_folder("unix");
  options.registered_events = QMPEV_REGISTERED_ALWAYS;
  WATCHED(qmpev_server_listen,
          must(qmpev_server_listen(server, QMPEV_WIRE_QEMU, &options) == 0, "listening"));
  WATCHED(qmpev_server_get_address, qmpev_server_get_address(server, 0, address, sizeof address));
  WATCHED(qmpev_server_get_port, port = qmpev_server_get_port(server, 1));
  return port;
}

static void other_monitors(void) {
  const qmpev_monitor_options options = {.size = sizeof options, .path = in_folder("elsewhere")};
  int pair[2], input[2], output[2], listening;
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && pipe(input) == 0 && pipe(output) == 0,
       "descriptors");
  listening = unix_socket("elsewhere", 1);
  WATCHED(qmpev_server_adopt,
          must(qmpev_server_adopt(server, pair[0], QMPEV_WIRE_QEMU, NULL) == 0, "adopting"));
  WATCHED(qmpev_server_dial, must(qmpev_server_dial(server, QMPEV_WIRE_QEMU, &options) == 0, "dialling"));
  WATCHED(qmpev_server_converse,
          must(qmpev_server_converse(server, input[0], output[1], QMPEV_WIRE_QEMU, NULL) == 0, "conversing"));
  say(input[1], "{\"execute\": \"qmp_capabilities\"}");
  hear(pair[1]);
  close(pair[1]);
  close(listening);
  close(input[0]);
  close(input[1]);
  close(output[0]);
  close(output[1]);
  dispatch();
}

static void use_calls(int client) {
  int64_t level;
  int lit;
  say(client, "{\"execute\": \"lamp\", \"arguments\": {\"text\": \"a\", \"level\": 1, \"lit\": true}}");
  dispatch();
  must(held_call != NULL, "a call");
  WATCHED(qmpev_call_get_arguments, qmpev_call_get_arguments(held_call));
  WATCHED(qmpev_call_get_text, qmpev_call_get_text(held_call, "text"));
  WATCHED(qmpev_call_get_integer, qmpev_call_get_integer(held_call, "level", &level));
  WATCHED(qmpev_call_get_boolean, qmpev_call_get_boolean(held_call, "lit", &lit));
  WATCHED(qmpev_call_is_cancelled, qmpev_call_is_cancelled(held_call));
  WATCHED(qmpev_call_answer, must(qmpev_call_answer(held_call, "{\"lit\": [1, 2]}") == 0, "an answer"));
  hear(client);
  WATCHED(qmpev_call_unref, qmpev_call_unref(held_call));
  held_call = NULL;
  say(client, "{\"execute\": \"lamp\"}");
  dispatch();
  WATCHED(qmpev_call_answer_error, must(qmpev_call_answer_error(held_call, NULL, "no") == 0, "an error"));
  hear(client);
  qmpev_call_unref(held_call);
  held_call = NULL;
  say(client, "{\"execute\": \"lamp\"}");
  dispatch();
  WATCHED(qmpev_call_unref, qmpev_call_unref(held_call)); /* the last one, without an answer */
  held_call = NULL;
  hear(client);
}

static void use_books(void) {
  qmpev_event_counters counters = {.size = sizeof counters};
  qmpev_statistics statistics = {.size = sizeof statistics};
  WATCHED(qmpev_server_set_rate_limit, must(qmpev_server_set_rate_limit(server, "STOP", 1) == 0, "a limit"));
  WATCHED(qmpev_server_get_event_counters, qmpev_server_get_event_counters(server, "STOP", &counters));
  WATCHED(qmpev_server_get_statistics, qmpev_server_get_statistics(server, &statistics));
  WATCHED(qmpev_server_discard_delayed, qmpev_server_discard_delayed(server));
  WATCHED(qmpev_server_set_rate_limit, qmpev_server_set_rate_limit(server, "NO_EVENT", 1)); /* is refused */
  WATCHED(qmpev_last_error, qmpev_last_error());
  WATCHED(qmpev_version, qmpev_version());
}

/* Events that a client which does not read holds up: both flushes then try, and one of them waits. */
static void flush_slowly(int client, int other) {
  const qmpev_resume resume = {sizeof resume};
  int count;
  for (count = 0; count < 10000; ++count) {
    qmpev_emit_resume(emitter, &resume);
    if (count % 100 == 0) qmpev_server_dispatch(server);
  }
  WATCHED(qmpev_server_flush, qmpev_server_flush(server));
  say(other, "{\"execute\": \"query-commands\"}"); /* is served meanwhile */
  WATCHED(qmpev_server_flush_within, must(qmpev_server_flush_within(server, 20) == QMPEV_FLUSH_TIMED_OUT,
                                          "a client that does not read"));
  hear(client);
  hear(other);
}

static void attach(void) {
  GMainContext* context = g_main_context_new();
  WATCHED(qmpev_server_attach, must(qmpev_server_attach(server, context) == 0, "attaching"));
  WATCHED(qmpev_server_detach, qmpev_server_detach(server));
  g_main_context_unref(context);
}

/* Whoever is the last one ends what the server left: the memory between the threads, and a descriptor. */
static void end_handles(void) {
  qmpev_server* servers[2];
  qmpev_emitter* last;
  qmpev_event* event;
  const qmpev_event_declaration declaration = {.size = sizeof declaration, .name = "X_LAST"};
  WATCHED(qmpev_emitter_unref, qmpev_emitter_unref(emitter));
  WATCHED(qmpev_event_unref, qmpev_event_unref(own_event));
  WATCHED(qmpev_spice_set_emitter, qmpev_spice_set_emitter(NULL, NULL));
  servers[0] = qmpev_server_new(NULL);
  last = qmpev_server_get_emitter(servers[0]);
  qmpev_server_free(servers[0]);
  WATCHED(qmpev_emitter_unref, qmpev_emitter_unref(last));
  servers[1] = qmpev_server_new(NULL);
  event = qmpev_server_add_event(servers[1], &declaration);
  qmpev_server_free(servers[1]);
  WATCHED(qmpev_event_unref, qmpev_event_unref(event));
}

int main(int argc, char** argv) {
  int port, client, over_tcp, round;
  if (argc != 2) return fprintf(stderr, "usage: %s FOLDER\n", argv[0]), 2;
  folder = argv[1];
  signal(SIGPIPE, SIG_IGN); /* of a converse() with a pipe whose reader is gone */
  begin_thread();
  must(watch_begin() == 0, "no seccomp");
  make_server();
  port = open_monitors();
  client = unix_socket("unix", 0);
  over_tcp = tcp_client(port);
  hear(client);
  say(client, "{\"execute\": \"qmp_capabilities\", \"arguments\": {\"enable\": [\"oob\"]}}");
  say(client, "{\"exec-oob\": \"lamp-now\"}");
  hear(client);
  say(over_tcp, "{\"execute\": \"qmp_capabilities\"}{\"execute\": \"query-commands\"}");
  hear(over_tcp);
  say(client, "{\"execute\": \"x-qmpev-subscribe\"}{\"execute\": \"query-qmp-schema\"}");
  hear(client);
  emit_events();
  for (round = 0; round < 12; ++round) emit_hooks(round);
  emit_spice();
  use_calls(client);
  use_books();
  flush_from_a_thread(client);
  other_monitors();
  attach();
  flush_slowly(client, over_tcp);
  close(over_tcp);
  dispatch();
  WATCHED(qmpev_server_free, qmpev_server_free(server));
  server = NULL;
  emit_hooks(0); /* to nobody */
  end_handles();
  close(client);
  watch_report();
  return 0;
}
