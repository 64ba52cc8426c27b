/* SPDX-License-Identifier: MIT */
#include "rig.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "watch.h"

const char* folder;
qmpev_server* server;
qmpev_emitter* emitter;
qmpev_event* own_event;

void must(int holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "calls: %s: %s\n", what, qmpev_last_error());
  exit(1);
}

const char* in_folder(const char* name) {
  static char paths[8][108];
  static int next;
  char* path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

int unix_socket(const char* name, int listens) {
  struct sockaddr_un address;
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, in_folder(name), sizeof address.sun_path - 1);
  if (listens)
    must(bind(fd, (struct sockaddr*)&address, sizeof address) == 0 && listen(fd, 4) == 0, "listening myself");
  else
    must(connect(fd, (struct sockaddr*)&address, sizeof address) == 0, "connecting");
  return fd;
}

int tcp_client(int port) {
  struct sockaddr_in address;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons((uint16_t)port);
  must(connect(fd, (struct sockaddr*)&address, sizeof address) == 0, "connecting over TCP");
  return fd;
}

void say(int client, const char* text) {
  must(write(client, text, strlen(text)) == (ssize_t)strlen(text), "saying");
}

void dispatch(void) {
  int turn;
  for (turn = 0; turn < MAX_TURNS; ++turn) WATCHED(qmpev_server_dispatch, qmpev_server_dispatch(server));
}

void hear(int client) {
  static char heard[1 << 16];
  dispatch();
  while (recv(client, heard, sizeof heard, MSG_DONTWAIT) > 0) {
  }
}
