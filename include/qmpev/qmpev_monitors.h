/* SPDX-License-Identifier: MIT */
/* Where the clients of a server come from: listeners, sockets handed down, connections dialled. Part of
 * <qmpev/qmpev.h>, whose words on threads and failure hold here. */
#ifndef QMPEV_QMPEV_MONITORS_H
#define QMPEV_QMPEV_MONITORS_H

#include <stddef.h>
#include <stdint.h>

#include <qmpev/qmpev_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a monitor's clients may do. 0: everything on a UNIX socket and for one connection; only listen to
 * events where they come over TCP, since every program of the machine can. */
typedef uint32_t qmpev_role;
enum {
  QMPEV_ROLE_FULL = 1,       /* every command */
  QMPEV_ROLE_EVENTS_ONLY = 2 /* no command that changes anything */
};

/* Whether they hear events of the embedder's own. 0: on request. */
typedef uint32_t qmpev_registered_events;
enum {
  QMPEV_REGISTERED_HIDDEN = 1,     /* never, nor does introspection show them */
  QMPEV_REGISTERED_ON_REQUEST = 2, /* those that a session's filter names */
  QMPEV_REGISTERED_ALWAYS = 3      /* unasked, as all others */
};

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
  size_t size;      /* sizeof(qmpev_monitor_options) */
  const char* path; /* of a UNIX socket, or an abstract name, at most 107 bytes */
  const char* host; /* instead, over TCP: a numeric address such as "127.0.0.1" or "::1" */
  uint16_t port;    /* of `host`; of a listener, 0: any free one, see qmpev_server_get_port() */
  uint32_t flags;   /* QMPEV_MONITOR_... */
  qmpev_role role;  /* QMPEV_ROLE_... */
  qmpev_registered_events registered_events; /* QMPEV_REGISTERED_... */
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
  size_t allowed_gid_count;     /* of `allowed_gids` */
  /* Over TCP: clients prove with a certificate who they are. Files in PEM; all of the first three, or none.
   */
  const char* tls_authorities;          /* whose word on clients is believed */
  const char* tls_certificate;          /* what clients are shown */
  const char* tls_key;                  /* of that, not encrypted */
  const char* tls_revoked;              /* NULL: no certificate was taken back */
  const char* const* tls_allowed_names; /* of certificates that may come in; none: all */
  size_t tls_allowed_name_count;        /* of `tls_allowed_names` */
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

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_MONITORS_H */
