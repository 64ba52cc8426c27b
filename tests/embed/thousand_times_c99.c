/* SPDX-License-Identifier: MIT */
/* A server's whole life, again and again in one process: made, listening, with a client that negotiates,
 * calls a command and hears events, and freed. Says what a thousand lives left behind, and fails when that is
 * anything.
 *
 *   usage: thousand_times_c99 SOCKET [ROUNDS]
 */
#define _GNU_SOURCE /* mallinfo2() */
#include <dirent.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <qmpev/qmpev.h>

enum {
  ROUNDS = 1000,
  WARM_UP = 50,       /* until every cache of every library has what it keeps */
  MAX_TURNS = 100000, /* of a dispatch that waits for nothing, until what has to come has come */
  MAX_GROWTH = 4096   /* bytes in all: the smallest block lost in each life is seven times as much */
};

/* One life. */
typedef struct {
  qmpev_server* server;
  qmpev_emitter* emitter;
  qmpev_event* own_event;
  int client;
  char heard[16384];
  size_t heard_bytes;
  unsigned freed; /* user data that was given back */
  unsigned traffic;
} life;

static int give_up(const char* what) {
  fprintf(stderr, "thousand_times: %s (%s; %s)\n", what, qmpev_last_error(), strerror(errno));
  return -1;
}

static void count_freed(void* user_data) {
  ((life*)user_data)->freed += 1;
}

static void count_traffic(const qmpev_traffic* traffic, void* user_data) {
  (void)traffic;
  ((life*)user_data)->traffic += 1;
}

static void answer(qmpev_call* call, void* user_data) {
  life* one = user_data;
  qmpev_value level;
  int64_t integer = 0;
  qmpev_call_get_integer(call, "level", &integer);
  level = qmpev_integer(integer);
  qmpev_event_emit(one->own_event, &level, 1);
  qmpev_call_answer(call, "{\"lit\": true}");
}

static int declare(life* one) {
  qmpev_argument argument = {"level", QMPEV_ARGUMENT_INTEGER, 0};
  qmpev_command command = {.size = sizeof command, .name = "lamp", .handler = answer};
  qmpev_event_member member = {.name = "level", .type = QMPEV_MEMBER_INTEGER};
  qmpev_event_declaration event = {
      .size = sizeof event, .name = "X_LAMP", .members = &member, .member_count = 1};
  command.user_data = one;
  command.user_data_free = count_freed;
  command.arguments = &argument;
  command.argument_count = 1;
  one->own_event = qmpev_server_add_event(one->server, &event);
  return one->own_event != NULL && qmpev_server_add_command(one->server, &command) == 0 ? 0 : -1;
}

static int begin(life* one, const char* path) {
  qmpev_server_config config = {.size = sizeof config, .log_free = count_freed, .traffic = count_traffic};
  qmpev_monitor_options options = {.size = sizeof options, .registered_events = QMPEV_REGISTERED_ALWAYS};
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  config.log_user_data = config.traffic_user_data = one;
  config.traffic_free = count_freed;
  config.ring_bytes = config.log_bytes = 65536;
  options.path = path;
  one->server = qmpev_server_new(&config);
  one->emitter = qmpev_server_get_emitter(one->server);
  if (one->server == NULL || declare(one) != 0) return give_up("no server");
  if (qmpev_server_listen(one->server, QMPEV_WIRE_QEMU, &options) != 0) return give_up("it does not listen");
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  one->client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connect(one->client, (struct sockaddr*)&address, sizeof address) != 0) return give_up("nobody listens");
  return 0;
}

/* Says something, and dispatches until `part` has been heard. */
static int converse(life* one, const char* request, const char* part) {
  int turn;
  if (send(one->client, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
    return give_up("the client cannot speak");
  for (turn = 0; turn < MAX_TURNS && strstr(one->heard, part) == NULL; ++turn) {
    ssize_t count;
    qmpev_server_dispatch(one->server);
    count = recv(one->client, one->heard + one->heard_bytes, sizeof one->heard - 1 - one->heard_bytes, 0);
    if (count > 0) one->heard_bytes += (size_t)count;
  }
  return turn < MAX_TURNS ? 0 : give_up(part);
}

static void emit(const life* one) {
  const qmpev_ost_report report = {.size = sizeof report, .device_id = "dimm1", .source = 3};
  const qmpev_stop stop = {.size = sizeof stop};
  int pages;
  for (pages = 0; pages < 3; ++pages) qmpev_hook_balloon(one->emitter, 1U << 30, (uint32_t)pages);
  qmpev_hook_ost(one->emitter, &report);
  qmpev_emit_stop(one->emitter, &stop);
}

static int live(life* one, const char* path) {
  qmpev_statistics statistics = {.size = sizeof statistics};
  if (begin(one, path) != 0) return -1;
  if (converse(one, "{\"execute\": \"qmp_capabilities\"}", "{\"return\": {}}") != 0) return -1;
  emit(one);
  if (converse(one, "{\"execute\": \"lamp\", \"arguments\": {\"level\": 5}}", "\"lit\": true") != 0)
    return -1;
  if (strstr(one->heard, "\"event\": \"STOP\"") == NULL || strstr(one->heard, "{\"level\": 5}") == NULL)
    return give_up("an event is missing");
  if (qmpev_server_get_statistics(one->server, &statistics) != 0 || statistics.sessions_open != 1)
    return give_up("the books are wrong");
  return 0;
}

/* In every order: the client may go before the server, and an emitter may outlive both. */
static int end(life* one, int round) {
  if (round % 2 == 0) close(one->client);
  if (round % 4 == 0) qmpev_server_dispatch(one->server);
  if (round % 3 == 0) qmpev_event_unref(one->own_event);
  qmpev_server_free(one->server);
  emit(one);
  qmpev_emitter_unref(one->emitter);
  if (round % 3 != 0) qmpev_event_unref(one->own_event);
  if (round % 2 != 0) close(one->client);
  return one->freed == 3 && one->traffic > 3 ? 0 : give_up("user data was not given back");
}

static int open_descriptors(void) {
  DIR* folder = opendir("/proc/self/fd");
  int count = 0;
  if (folder == NULL) return give_up("no /proc");
  while (readdir(folder) != NULL) ++count;
  closedir(folder);
  return count;
}

int main(int argc, char** argv) {
  const int rounds = argc == 3 ? atoi(argv[2]) : ROUNDS;
  int descriptors = 0, round;
  size_t heap = 0, grown;
  if (argc < 2) return fprintf(stderr, "usage: %s SOCKET [ROUNDS]\n", argv[0]), 2;
  for (round = 0; round < rounds; ++round) {
    life one = {0};
    if (round == WARM_UP) {
      descriptors = open_descriptors();
      heap =
          mallinfo2().uordblks + mallinfo2().hblkhd; /* 0 where somebody else allocates, as memcheck does */
    }
    if (live(&one, argv[1]) != 0 || end(&one, round) != 0) return 1;
  }
  grown = mallinfo2().uordblks + mallinfo2().hblkhd - heap;
  printf("%d lives, %d descriptors more, %ld bytes more\n", rounds, open_descriptors() - descriptors,
         (long)grown);
  if (access(argv[1], F_OK) == 0) return give_up("the socket is still there"), 1;
  return open_descriptors() == descriptors && (long)grown < MAX_GROWTH ? 0 : 1;
}
