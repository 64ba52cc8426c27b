/* SPDX-License-Identifier: MIT */
/* The least that a program in C does with the library. usage: vmm SOCKET */
#include <stdio.h>

#include <qmpev/qmpev.h>

int main(int count, char** words) {
  qmpev_server* server = qmpev_server_new(NULL);
  qmpev_emitter* emitter = qmpev_server_get_emitter(server);
  if (count != 2 || qmpev_server_listen_unix(server, words[1], QMPEV_WIRE_QEMU) != 0)
    return puts(qmpev_last_error()), 1;
  qmpev_hook_crashloaded(emitter);
  qmpev_emitter_unref(emitter);
  qmpev_server_free(server);
  return puts(qmpev_version()) < 0;
}
