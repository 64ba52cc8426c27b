/* SPDX-License-Identifier: MIT */
/* The C interface of qmpev: QMP events from a hypervisor process. UNSTABLE until 1.0: names and layouts may
 * change between minor versions; structures are size-first already, so that they can grow.
 *
 * Threads. "Loop thread" is the one thread that dispatches a server (the one running its GMainContext, or the
 * one that calls qmpev_server_dispatch); a server is made, configured and freed there. "Any thread" means
 * any, several at once.
 *
 * Failure. Functions that can be refused return 0 or a negative errno, and leave a sentence for people in
 * qmpev_last_error(). The emit functions of <qmpev/qmpev_events.h> cannot fail: they count. NULL for a server
 * or an emitter is refused, or nothing is done.
 */
#ifndef QMPEV_QMPEV_H
#define QMPEV_QMPEV_H

#include <stddef.h>
#include <stdint.h>

#include <qmpev/qmpev_events.h>
#include <qmpev/qmpev_types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct _GMainContext;

/* One QMP server: listeners, sessions, commands, and the emitter that devices fire events into. */
typedef struct qmpev_server qmpev_server;

/* Which spelling of the events a listener's sessions receive. There is no default. */
typedef uint32_t qmpev_wire_form;
enum {
  QMPEV_WIRE_DOCUMENT = 0, /* the QMP event document of 2014 */
  QMPEV_WIRE_QEMU = 1      /* QEMU's schema: what libvirt, go-qemu, kata and Proxmox read */
};

typedef uint32_t qmpev_log_level;
enum { QMPEV_LOG_DEBUG = 0, QMPEV_LOG_INFO = 1, QMPEV_LOG_WARNING = 2, QMPEV_LOG_ERROR = 3 };

/* One sentence without a newline, borrowed for the call. Loop thread. Must not free the server. */
typedef void (*qmpev_log_callback)(qmpev_log_level level, const char* text, void* user_data);

/* How to make a server. Set `size` to sizeof(qmpev_server_config) and every member not used to 0 or NULL. */
typedef struct qmpev_server_config {
  size_t size;
  const char* name;  /* what query-name answers; NULL: nothing */
  int version_major; /* the QEMU version told in the greeting; all three 0: 10.0.2 */
  int version_minor; /* libvirt wants 6.2 or later, kata 5 or later */
  int version_micro;
  const char* version_package; /* NULL: "qmpev X.Y.Z" */
  qmpev_log_callback log;      /* NULL: silence */
  void* log_user_data;         /* given to `log` */
  /* NULL, or called once with log_user_data when the server is done with it; also when the server is refused,
   * unless for its `size` */
  void (*log_free)(void* user_data);
  size_t ring_bytes; /* between device threads and the loop; 0: 1 MiB; a power of two, 64 KiB to 1 GiB */
  size_t log_bytes;  /* unread events per wire form; 0: 4 MiB; 64 KiB to 1 GiB */
  /* What guests and clients can make the server keep; 0: the default. <qmpev/limits.hpp> says more of each.
   */
  size_t max_throttle_keys;  /* of one rate-limited event; 0: 128; 2 to 128 */
  size_t max_kept_keys;      /* of one event, newest lines for slow clients; 0: 256; 1 to 1,024 */
  size_t max_message_bytes;  /* one message of a client; 0: 64 MiB; 64 KiB to 64 MiB */
  size_t max_message_tokens; /* likewise; 0: 2,097,152; 4,096 to 2,097,152 */
  size_t max_message_depth;  /* likewise, nested levels; 0: 1,024; 64 to 1,024 */
  size_t max_input_bytes;    /* unfinished and queued input of all clients; 0: 256 MiB; 1 MiB to 1 GiB */
} qmpev_server_config;

/* Makes a server; nothing listens yet. `config` is borrowed for the call and may be NULL. Gives NULL when
 * refused: see qmpev_last_error(). The caller owns the server. Loop thread. */
QMPEV_API qmpev_server* qmpev_server_new(const qmpev_server_config* config);

/* Ends every session, removes the sockets it made, leaves no source in the context. What is queued is written
 * as far as the sockets take it. NULL is a no-op. Loop thread, also from inside a callback of the context. */
QMPEV_API void qmpev_server_free(qmpev_server* server);

/* What a monitor's clients may do. 0: everything on a UNIX socket and for one connection; only listen to
 * events where they come over TCP, since every program of the machine can. */
typedef uint32_t qmpev_role;
enum { QMPEV_ROLE_FULL = 1, QMPEV_ROLE_EVENTS_ONLY = 2 };

/* Whether they hear events of the embedder's own. 0: on request. */
typedef uint32_t qmpev_registered_events;
enum { QMPEV_REGISTERED_HIDDEN = 1, QMPEV_REGISTERED_ON_REQUEST = 2, QMPEV_REGISTERED_ALWAYS = 3 };

enum {
  QMPEV_MONITOR_ABSTRACT = 1,         /* `path` is a name in Linux' abstract namespace */
  QMPEV_MONITOR_PADDED_NAME = 2,      /* which NULs fill up to a whole address, as some clients do */
  QMPEV_MONITOR_PRETTY = 4,           /* replies and events over several lines, for people */
  QMPEV_MONITOR_CLOSE_ON_LOSS = 8,    /* who reads too slowly and loses events is closed, not kept */
  QMPEV_MONITOR_BEYOND_LOOPBACK = 16, /* an address that other machines reach is meant, though nobody there
                                         proves who he is */
  QMPEV_MONITOR_NEXT_WAITS = 32 /* of a listener: who finds no seat waits for one instead of being closed */
};

/* As a time-out, which 0 leaves to its default. */
#define QMPEV_NEVER UINT32_MAX

/* Where the clients of a monitor come from, and who of them may. Set `size` to sizeof(qmpev_monitor_options)
 * and every member not used to 0 or NULL. Texts and lists are borrowed for the call. */
typedef struct qmpev_monitor_options {
  size_t size;
  const char* path; /* of a UNIX socket, or an abstract name, at most 107 bytes */
  const char* host; /* instead, over TCP: a numeric address such as "127.0.0.1" or "::1" */
  uint16_t port;    /* of a listener, 0: any free one, see qmpev_server_get_port() */
  uint32_t flags;   /* QMPEV_MONITOR_... */
  qmpev_role role;
  qmpev_registered_events registered_events;
  /* Of listeners. */
  size_t max_clients;              /* at once; 0: 64 */
  size_t max_clients_per_uid;      /* of one user of a UNIX socket; 0: as many */
  uint32_t negotiation_timeout_ms; /* until a client that has not negotiated is closed, at most a day;
                                      0: 30,000 over TCP, else QMPEV_NEVER */
  uint32_t reconnect_ms;        /* not of them but of qmpev_server_dial(): until a lost connection is dialled
                                   again, at most a day; 0: it is not */
  const uint32_t* allowed_uids; /* who may connect to a UNIX socket; none: whom its mode lets in, or, of an */
  size_t allowed_uid_count;     /* abstract name, our own user */
  const uint32_t* allowed_gids; /* and whoever belongs to one of these groups */
  size_t allowed_gid_count;
  /* Over TCP: clients prove with a certificate who they are. Files in PEM; all of the first three, or none.
   */
  const char* tls_authorities;          /* whose word on clients is believed */
  const char* tls_certificate;          /* what clients are shown */
  const char* tls_key;                  /* of that, not encrypted */
  const char* tls_revoked;              /* NULL: no certificate was taken back */
  const char* const* tls_allowed_names; /* of certificates that may come in; none: all */
  size_t tls_allowed_name_count;
} qmpev_monitor_options;

/* Listens. A stale socket file is replaced, a live one refused; a new one has mode 0600. -EADDRINUSE,
 * -EACCES, -EINVAL, -ENOENT or -EIO. Loop thread. */
QMPEV_API int qmpev_server_listen(qmpev_server* server, qmpev_wire_form form,
                                  const qmpev_monitor_options* options);

/* The same with nothing but a UNIX socket's path. */
QMPEV_API int qmpev_server_listen_unix(qmpev_server* server, const char* path, qmpev_wire_form form);

/* Serves a socket that somebody else made, of UNIX streams or of TCP: one that listens, or one end of a
 * connection. `options` may be NULL; its path is a name for sentences, and there is no host. Takes `fd`; when
 * it is refused, that stays the caller's and untouched. -EINVAL or -EIO. Loop thread. */
QMPEV_API int qmpev_server_adopt(qmpev_server* server, int fd, qmpev_wire_form form,
                                 const qmpev_monitor_options* options);

/* Connects to whoever listens there, and is its server. Never waits. -EINVAL, -ENOENT, -EACCES or -EIO when
 * the first attempt fails and there is no time to reconnect. Loop thread. */
QMPEV_API int qmpev_server_dial(qmpev_server* server, qmpev_wire_form form,
                                const qmpev_monitor_options* options);

/* Serves one client that writes to `input` and reads from `output`, usually 0 and 1; they are duplicated.
 * `options` may be NULL; its path is a name for sentences. -EINVAL or -EIO. Loop thread. */
QMPEV_API int qmpev_server_converse(qmpev_server* server, int input, int output, qmpev_wire_form form,
                                    const qmpev_monitor_options* options);

/* Where the listener `index` is, in the order they were made: "unix:/run/x.sock", "tcp:127.0.0.1:4444".
 * Writes at most `size` bytes with a NUL, and gives the length of the whole; -ENOENT when there is none.
 * `buffer` may be NULL. Loop thread. */
QMPEV_API int qmpev_server_get_address(const qmpev_server* server, size_t index, char* buffer, size_t size);
/* Its port; 0 of a UNIX socket. Likewise. */
QMPEV_API int qmpev_server_get_port(const qmpev_server* server, size_t index);

/* Runs the server from a GLib context until it is freed; takes a reference on `context`. -EINVAL for NULL,
 * -EALREADY when attached before. Loop thread. */
QMPEV_API int qmpev_server_attach(qmpev_server* server, struct _GMainContext* context);

/* For any other loop: poll this descriptor for input (level-triggered), then call qmpev_server_dispatch().
 * The server keeps it; do not close it. Any thread. */
QMPEV_API int qmpev_server_get_fd(const qmpev_server* server);

/* Does what is due, without waiting and within a budget. 1: work remains and the descriptor stays readable;
 * 0: done. Loop thread. */
QMPEV_API int qmpev_server_dispatch(qmpev_server* server);

/* Writes everything emitted so far, delayed events included. 1: all is on the wire; 0: some sockets are full.
 * Loop thread. */
QMPEV_API int qmpev_server_flush(qmpev_server* server);

/* A handle for device threads, with a reference of its own: emit through it from any thread, also after the
 * server is gone (counted, otherwise nothing). The caller ends it with qmpev_emitter_unref(). Loop thread. */
QMPEV_API qmpev_emitter* qmpev_server_get_emitter(qmpev_server* server);
QMPEV_API qmpev_emitter* qmpev_emitter_ref(qmpev_emitter* emitter);
QMPEV_API void qmpev_emitter_unref(qmpev_emitter* emitter);

/* Why the last call on this thread that was refused was refused: one sentence. Never NULL; borrowed until the
 * next refused call on this thread. Any thread. */
QMPEV_API const char* qmpev_last_error(void);

/* "X.Y.Z" of the library. Any thread. */
QMPEV_API const char* qmpev_version(void);

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_H */
