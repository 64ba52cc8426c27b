/* SPDX-License-Identifier: MIT */
/* A hypervisor process in C99 with its own epoll loop and not one GLib call: it embeds the server, a device
 * thread emits the eight events, and a client of its own, polled by the same loop, must receive all eight.
 * Prints what it received; exit 0 when all came, each in the listener's form. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <qmpev/qmpev.h>

enum { EVENTS = 8, WAIT_MS = 10000 };

static void emit_acpi(qmpev_emitter* emitter) {
  qmpev_acpi_device_ost event = {.size = sizeof event};
  event.device = "dimm1";
  event.slot = "1";
  event.slot_type = QMPEV_ACPI_SLOT_TYPE_DIMM;
  event.source = 3;
  event.status = 0x81;
  qmpev_emit_acpi_device_ost(emitter, &event);
}

static void emit_quorum(qmpev_emitter* emitter) {
  qmpev_quorum_failure failure = {.size = sizeof failure};
  qmpev_quorum_report_bad bad = {.size = sizeof bad};
  bad.type = QMPEV_QUORUM_OP_TYPE_READ;
  bad.error = "Input/output error";
  bad.node_name = "1.raw";
  bad.sector_num = 345435;
  bad.sectors_count = 5;
  qmpev_emit_quorum_report_bad(emitter, &bad);
  failure.reference = "usr1";
  failure.sector_num = 345435;
  failure.sectors_count = 5;
  qmpev_emit_quorum_failure(emitter, &failure);
}

static void emit_spice(qmpev_emitter* emitter) {
  qmpev_spice_connected connected = {.size = sizeof connected};
  qmpev_spice_initialized initialized = {.size = sizeof initialized};
  qmpev_spice_disconnected disconnected = {.size = sizeof disconnected};
  qmpev_spice_basic_info server = {.size = sizeof server}, client = {.size = sizeof client};
  qmpev_spice_server_info full_server = {.size = sizeof full_server};
  qmpev_spice_channel channel = {.size = sizeof channel};
  server.host = client.host = full_server.host = channel.host = "127.0.0.1";
  server.port = full_server.port = "5920";
  client.port = channel.port = "52873";
  full_server.auth = "spice";
  channel.connection_id = 1804289383;
  channel.channel_type = 1;
  connected.server = disconnected.server = &server;
  connected.client = disconnected.client = &client;
  initialized.server = &full_server;
  initialized.client = &channel;
  qmpev_emit_spice_connected(emitter, &connected);
  qmpev_emit_spice_initialized(emitter, &initialized);
  qmpev_emit_spice_disconnected(emitter, &disconnected);
}

/* What a vCPU or iothread would do, on a thread of its own. */
static void* device_thread(void* argument) {
  qmpev_emitter* emitter = argument;
  qmpev_balloon_change balloon = {.size = sizeof balloon};
  qmpev_guest_panicked panicked = {.size = sizeof panicked};
  emit_acpi(emitter);
  balloon.actual = 944766976;
  qmpev_emit_balloon_change(emitter, &balloon);
  panicked.action = QMPEV_GUEST_PANIC_ACTION_PAUSE;
  qmpev_emit_guest_panicked(emitter, &panicked);
  emit_quorum(emitter);
  emit_spice(emitter);
  qmpev_emitter_unref(emitter);
  return NULL;
}

static void fail(const char* what) {
  fprintf(stderr, "%s: %s\n", what, errno != 0 ? strerror(errno) : qmpev_last_error());
  exit(1);
}

static int connect_to(const char* path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (strlen(path) >= sizeof address.sun_path) fail("path too long");
  strcpy(address.sun_path, path);
  if (fd < 0 || connect(fd, (struct sockaddr*)&address, sizeof address) != 0) fail("connect");
  return fd;
}

static void watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

static void count_log(qmpev_log_level level, const char* text, void* user_data) {
  (void)level;
  (void)text;
  ++*(int*)user_data;
}

/* A client in the same loop: negotiates once it has the greeting, starts the device once it is in command
 * mode. */
struct client {
  int fd;
  char text[16384];
  size_t length;
  int lines, events, started;
};

static void on_line(struct client* client, const char* line, qmpev_emitter* emitter) {
  static const char negotiate[] = "{\"execute\": \"qmp_capabilities\"}";
  pthread_t thread;
  ++client->lines;
  if (client->lines == 1) {
    if (strncmp(line, "{\"QMP\":", 7) != 0) fail("the first line is no greeting");
    if (write(client->fd, negotiate, sizeof negotiate - 1) < 0) fail("write");
  } else if (client->lines == 2) {
    if (strcmp(line, "{\"return\": {}}") != 0) fail("the second line is no reply");
    if (pthread_create(&thread, NULL, device_thread, qmpev_emitter_ref(emitter)) != 0) fail("pthread_create");
    pthread_detach(thread);
  } else {
    puts(line);
    ++client->events;
  }
}

static void on_input(struct client* client, qmpev_emitter* emitter) {
  char* end;
  ssize_t count = read(client->fd, client->text + client->length, sizeof client->text - 1 - client->length);
  if (count <= 0) fail("the server hung up");
  client->length += (size_t)count;
  client->text[client->length] = '\0';
  while ((end = strstr(client->text, "\r\n")) != NULL) {
    *end = '\0';
    on_line(client, client->text, emitter);
    client->length -= (size_t)(end + 2 - client->text);
    memmove(client->text, end + 2, client->length + 1);
  }
}

int main(int argc, char** argv) {
  int log_lines = 0, epoll = epoll_create1(0);
  qmpev_server_config config = {.size = sizeof config, .log = count_log};
  qmpev_monitor_options options = {.size = sizeof options, .max_clients = 1};
  qmpev_server* server;
  qmpev_emitter* emitter;
  struct client client = {0};
  config.log_user_data = &log_lines;
  if (argc != 3) {
    fprintf(stderr, "usage: %s SOCKET document|qemu\n", argv[0]);
    return 1;
  }
  server = qmpev_server_new(&config);
  if (server == NULL) fail("qmpev_server_new");
  options.path = argv[1];
  if (qmpev_server_listen(server, strcmp(argv[2], "qemu") == 0 ? QMPEV_WIRE_QEMU : QMPEV_WIRE_DOCUMENT,
                          &options) != 0) {
    errno = 0;
    fail("qmpev_server_listen");
  }
  emitter = qmpev_server_get_emitter(server);
  client.fd = connect_to(argv[1]);
  watch(epoll, qmpev_server_get_fd(server));
  watch(epoll, client.fd);
  while (client.events < EVENTS) {
    struct epoll_event ready[2];
    int count = epoll_wait(epoll, ready, 2, WAIT_MS);
    if (count <= 0) fail("no event in ten seconds");
    for (int i = 0; i < count; ++i) {
      if (ready[i].data.fd == client.fd) {
        on_input(&client, emitter);
      } else {
        while (qmpev_server_dispatch(server) == 1) {
        }
      }
    }
  }
  qmpev_server_free(server);
  emit_acpi(emitter); /* after the end: counted, otherwise nothing */
  qmpev_emitter_unref(emitter);
  close(client.fd);
  close(epoll);
  return 0;
}
