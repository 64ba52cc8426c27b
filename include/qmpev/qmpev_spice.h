/* SPDX-License-Identifier: MIT */
/* SPICE connections, one per channel, as events. Either by hand, from addresses as accept() and getsockname()
 * gave them, or by libspice-server itself, which calls qmpev_spice_channel_event(). Part of <qmpev/qmpev.h>;
 * needs no header of SPICE.
 */
#ifndef QMPEV_QMPEV_SPICE_H
#define QMPEV_QMPEV_SPICE_H

#include <stddef.h>
#include <stdint.h>

#include <qmpev/qmpev_types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sockaddr;
struct SpiceChannelEventInfo;

/* One connection. Set `size` to its sizeof, and every member not used to 0 or NULL. Borrowed for the call.
 * An address that is NULL, too short for its family, or of a family there is no name for, is told as unknown.
 */
typedef struct qmpev_spice_connection {
  size_t size;                   /* sizeof(qmpev_spice_connection) */
  const struct sockaddr* server; /* this end */
  const struct sockaddr* client; /* the viewer's end */
  uint32_t server_length;        /* in bytes, as a socklen_t */
  uint32_t client_length;        /* likewise */
  /* What the link stage settled: for qmpev_hook_spice_initialized() alone. */
  const char* auth;      /* "none", "spice" or "sasl"; NULL: not said */
  int32_t connection_id; /* shared by the channels of one client */
  uint32_t channel_type; /* 0 to 255; 1 is the main channel */
  uint32_t channel_id;   /* 0 to 255 */
  uint32_t tls;          /* not 0: over TLS */
} qmpev_spice_connection;

/* SPICE_CONNECTED; as the two below for threads and failure as the functions of
 * <qmpev/qmpev_hooks.h>. The zone of a link-local IPv6 address is looked up by system calls. */
QMPEV_API void qmpev_hook_spice_connected(qmpev_emitter* emitter, const qmpev_spice_connection* connection);
/* SPICE_INITIALIZED: the channel is up. */
QMPEV_API void qmpev_hook_spice_initialized(qmpev_emitter* emitter, const qmpev_spice_connection* connection);
/* SPICE_DISCONNECTED: it is closed, whether or not it was ever up. */
QMPEV_API void qmpev_hook_spice_disconnected(qmpev_emitter* emitter,
                                             const qmpev_spice_connection* connection);

/* Whether qmpev was built with libspice-server's headers: 1 or 0. Any thread. */
QMPEV_API int qmpev_spice_is_supported(void);

/* Where qmpev_spice_channel_event() emits, of which a process has one, as it has one SPICE server; takes a
 * reference on `emitter`. `auth` is how viewers prove who they are, "none", "spice" or "sasl", or NULL: not
 * said; copied. NULL for `emitter`: nowhere any more. When it returns, nothing goes to the one before.
 * -EINVAL for an `auth` of more than 32 bytes, -ENOENT when qmpev was built without SPICE: then nothing
 * changes. Any thread. Takes a lock. */
QMPEV_API int qmpev_spice_set_emitter(qmpev_emitter* emitter, const char* auth);

/* What a SpiceCoreInterface has as its `channel_event`: the three events, with the addresses that the library
 * keeps in `info`. Other numbers, and NULL, are ignored; so is everything while no emitter is set, and in a
 * qmpev built without SPICE. Any thread, SPICE's own included. Takes a lock, so that nothing overtakes
 * qmpev_spice_set_emitter(); nothing fails. */
QMPEV_API void qmpev_spice_channel_event(int event, struct SpiceChannelEventInfo* info);

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_SPICE_H */
