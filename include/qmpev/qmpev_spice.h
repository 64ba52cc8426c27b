/* SPDX-License-Identifier: MIT */
/* SPICE connections, one per channel, as events: from addresses as accept() and getsockname() gave them. Part
 * of <qmpev/qmpev.h>. */
#ifndef QMPEV_QMPEV_SPICE_H
#define QMPEV_QMPEV_SPICE_H

#include <stddef.h>
#include <stdint.h>

#include <qmpev/qmpev_types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sockaddr;

/* One connection. Set `size` to its sizeof, and every member not used to 0 or NULL. Borrowed for the call.
 * An address that is NULL, too short for its family, or of a family there is no name for, is told as unknown.
 */
typedef struct qmpev_spice_connection {
  size_t size;
  const struct sockaddr* server; /* this end */
  const struct sockaddr* client;
  uint32_t server_length; /* in bytes, as a socklen_t */
  uint32_t client_length;
  /* What the link stage settled: for qmpev_hook_spice_initialized() alone. */
  const char* auth;      /* "none", "spice" or "sasl"; NULL: not said */
  int32_t connection_id; /* shared by the channels of one client */
  uint32_t channel_type; /* 0 to 255; 1 is the main channel */
  uint32_t channel_id;   /* 0 to 255 */
  uint32_t tls;          /* not 0: over TLS */
} qmpev_spice_connection;

/* SPICE_CONNECTED, SPICE_INITIALIZED and SPICE_DISCONNECTED: for threads and failure as the functions of
 * <qmpev/qmpev_hooks.h>. The zone of a link-local IPv6 address is looked up by system calls. */
QMPEV_API void qmpev_hook_spice_connected(qmpev_emitter* emitter, const qmpev_spice_connection* connection);
QMPEV_API void qmpev_hook_spice_initialized(qmpev_emitter* emitter, const qmpev_spice_connection* connection);
QMPEV_API void qmpev_hook_spice_disconnected(qmpev_emitter* emitter,
                                             const qmpev_spice_connection* connection);

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_SPICE_H */
