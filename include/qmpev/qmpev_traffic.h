/* SPDX-License-Identifier: MIT */
/* What passes the sessions of a server, for an embedder who records or shows it. Part of <qmpev/qmpev.h>,
 * whose words on threads and failure hold here. */
#ifndef QMPEV_QMPEV_TRAFFIC_H
#define QMPEV_QMPEV_TRAFFIC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What happened: QMPEV_TRAFFIC_... */
typedef uint32_t qmpev_traffic_kind;
enum {
  QMPEV_TRAFFIC_OPENED = 0,   /* first of its session */
  QMPEV_TRAFFIC_RECEIVED = 1, /* bytes were read from the client */
  QMPEV_TRAFFIC_SENT = 2,     /* bytes were taken by the client's socket */
  QMPEV_TRAFFIC_CLOSED = 3 /* last of its session; a client that only ends its own output is not closed yet */
};

/* One thing that happened to one session's connection. Borrowed for the call. */
typedef struct qmpev_traffic {
  size_t size;       /* of the library's own structure: what is behind it is not there */
  uint64_t session;  /* from 1 on; no two sessions of a server have the same */
  const char* path;  /* of the monitor, as it was given */
  const char* bytes; /* not NUL-terminated; "" when nothing was read or taken */
  size_t byte_count; /* of `bytes` */
  int64_t time_us;   /* when it passed, since the Unix epoch; may step back when the system's clock does */
  qmpev_traffic_kind kind; /* what happened */
} qmpev_traffic;

/* Told in the order in which it happened, at the end of the dispatch or flush in which it happened, or in
 * qmpev_server_free(): what it shows costs memory until then. Loop thread. May free the server; then the rest
 * (a reply, the end of that session) may be told after qmpev_server_free() returned. */
typedef void (*qmpev_traffic_callback)(const qmpev_traffic* traffic, void* user_data);

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_TRAFFIC_H */
