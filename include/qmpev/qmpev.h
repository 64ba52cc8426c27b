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

/* The machine's life, which is the embedder's: what a command of QMP asks of it. 0: done; otherwise the
 * client receives an error that says *why, borrowed until the call returns. Events emitted inside precede the
 * reply. Loop thread. Must not free the server. */
typedef int (*qmpev_run_callback)(const char** why, void* user_data);

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
  /* A command whose callback is NULL is not there. query-status: gives QEMU's word for the run state
   * ("running", "paused", ...), borrowed until the next call, and whether vCPUs run. Loop thread. */
  const char* (*run_status)(int* running, void* user_data);
  qmpev_run_callback run_stop;      /* stop: emit STOP */
  qmpev_run_callback run_cont;      /* cont: emit RESUME */
  qmpev_run_callback run_reset;     /* system_reset: emit RESET */
  qmpev_run_callback run_powerdown; /* system_powerdown: emit POWERDOWN */
  qmpev_run_callback run_quit;      /* quit: emit SHUTDOWN and end the process later, behind a flush */
  void* run_user_data;              /* given to these */
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

/* Takes it out of the context again; NULL, or one that is not attached, is a no-op. Loop thread. */
QMPEV_API void qmpev_server_detach(qmpev_server* server);

/* For any other loop: poll this descriptor for input (level-triggered), then call qmpev_server_dispatch().
 * The server keeps it; do not close it. Any thread. */
QMPEV_API int qmpev_server_get_fd(const qmpev_server* server);

/* Does what is due, without waiting and within a budget. 1: work remains and the descriptor stays readable;
 * 0: done. Loop thread. */
QMPEV_API int qmpev_server_dispatch(qmpev_server* server);

/* Writes everything emitted so far, delayed events included. 1: all is on the wire; 0: some sockets are full.
 * Loop thread. */
QMPEV_API int qmpev_server_flush(qmpev_server* server);

/* What became of a flush that waits. */
enum {
  QMPEV_FLUSH_DONE = 0,      /* everything emitted before is on the wire, or was lost and counted */
  QMPEV_FLUSH_TIMED_OUT = 1, /* some client did not read fast enough, or nobody dispatched the server */
  QMPEV_FLUSH_LOOP_GONE = 2  /* the server has ended: what it had was written as far as the sockets took it */
};

/* Likewise, and waits for clients that are slow, at most so many milliseconds; serves them meanwhile.
 * QMPEV_FLUSH_...; -EINVAL for NULL. Loop thread. */
QMPEV_API int qmpev_server_flush_within(qmpev_server* server, uint32_t milliseconds);

/* The same from a device's thread: its last words before the process ends. Any thread but the loop thread,
 * which would wait for itself. Takes a lock. */
QMPEV_API int qmpev_emitter_flush(qmpev_emitter* emitter, uint32_t milliseconds);

/* Changes one event's rate limit, or gives it one: at most one per so many milliseconds, 0 to 3,600,000; 0:
 * none. `event` is its name, as "BALLOON_CHANGE"; also one of the embedder's own. -EINVAL, -ENOENT. Loop
 * thread. */
QMPEV_API int qmpev_server_set_rate_limit(qmpev_server* server, const char* event, uint32_t milliseconds);

/* Drops what rate limits hold back, counted as discarded: a machine reset. Loop thread. */
QMPEV_API void qmpev_server_discard_delayed(qmpev_server* server);

/* What became of the events of one name. With devices at rest:
 * emitted = published + merged + refused_... + after_end + discarded + pending + in_ring + skipped. */
typedef struct qmpev_event_counters {
  size_t size; /* sizeof(qmpev_event_counters): the members behind are filled as far as it goes */
  uint64_t emitted;
  uint64_t published;          /* put into the event log */
  uint64_t merged;             /* replaced by a newer one of the same key inside a rate window */
  uint64_t refused_ring_full;  /* no room between the threads */
  uint64_t refused_ring_share; /* this kind held its share of the room already */
  uint64_t refused_oversize;   /* an identifier longer than the schema allows */
  uint64_t refused_invalid;    /* a null text, or a value outside its enumeration */
  uint64_t after_end;          /* the server was gone */
  uint64_t discarded;          /* dropped by qmpev_server_discard_delayed() */
  uint64_t pending;            /* held back by a rate limit right now */
  uint64_t in_ring;            /* between the threads right now */
  uint64_t skipped;            /* nobody was there to hear */
  uint64_t delivered;          /* lines written whole, of all sessions together */
} qmpev_event_counters;

/* -EINVAL, -ENOENT for a name that there is no event of. Loop thread. */
QMPEV_API int qmpev_server_get_event_counters(const qmpev_server* server, const char* event,
                                              qmpev_event_counters* counters);

/* What the sessions of a server did, gone ones included. <qmpev/statistics.hpp> says more of each. */
typedef struct qmpev_statistics {
  size_t size; /* sizeof(qmpev_statistics), as above */
  uint64_t sessions_open;
  uint64_t sessions_in_command;
  uint64_t accepted;
  uint64_t closed;
  uint64_t refused_limit;     /* too many clients */
  uint64_t refused_peer;      /* a user that may not connect */
  uint64_t refused_uid_limit; /* too many clients of one user */
  uint64_t refused_http;
  uint64_t refused_tls;    /* did not prove who it is */
  uint64_t not_negotiated; /* not in its time */
  uint64_t closed_for_loss;
  uint64_t delivered; /* event lines written whole */
  uint64_t dropped;   /* event lines that came too late for a slow client */
  uint64_t filtered;  /* event lines that a client did not want */
  uint64_t replies;
  uint64_t bytes_written;
  uint64_t write_calls;
  uint64_t wakeups;          /* times emit woke the loop */
  uint64_t log_bytes_unsent; /* of the slowest session */
  uint64_t log_bytes_capacity;
  uint64_t ring_bytes_in_use;
  uint64_t ring_bytes_capacity;
} qmpev_statistics;

/* -EINVAL. Loop thread. */
QMPEV_API int qmpev_server_get_statistics(const qmpev_server* server, qmpev_statistics* statistics);

/* A handle for device threads, with a reference of its own: emit through it from any thread, also after the
 * server is gone (counted, otherwise nothing). The caller ends it with qmpev_emitter_unref(). Loop thread. */
QMPEV_API qmpev_emitter* qmpev_server_get_emitter(qmpev_server* server);
QMPEV_API qmpev_emitter* qmpev_emitter_ref(qmpev_emitter* emitter);
QMPEV_API void qmpev_emitter_unref(qmpev_emitter* emitter);

/* --- events of the embedder's own --- */

typedef uint32_t qmpev_member_type;
enum {
  QMPEV_MEMBER_BOOLEAN = 0,
  QMPEV_MEMBER_INTEGER = 1,
  QMPEV_MEMBER_UNSIGNED = 2,
  QMPEV_MEMBER_NUMBER = 3,
  QMPEV_MEMBER_TEXT = 4
};
enum {
  QMPEV_MEMBER_OPTIONAL = 1,
  QMPEV_MEMBER_PROSE = 2 /* of a text: one that is too long is cut; otherwise its event is refused */
};

/* One member of an event's data. Everything is borrowed for the call that takes it. */
typedef struct qmpev_event_member {
  const char* name; /* letters, digits, '-' and '_', beginning with a letter */
  qmpev_member_type type;
  uint32_t flags;
  const char* const* values; /* of a text: the only ones it can be; none: any */
  size_t value_count;
  size_t max_bytes; /* of a text; 0: 255; at most that */
} qmpev_event_member;

/* Set `size` to sizeof(qmpev_event_declaration). <qmpev/registered_event.hpp> says more. */
typedef struct qmpev_event_declaration {
  size_t size;
  const char* name; /* "X_LAMP_CHANGED", "__org.example_LAMP_CHANGED" */
  const qmpev_event_member* members;
  size_t member_count;
  const char* key;      /* NULL, or the member whose every value has a rate limit of its own */
  size_t rate_limit_ms; /* 0: none; at most 3,600,000 */
} qmpev_event_declaration;

/* A handle on such an event, counted by references; it may outlive the server, and then only counts. */
typedef struct qmpev_event qmpev_event;

/* Adds it to every session, open ones included. NULL when refused: see qmpev_last_error(). The caller ends
 * the handle with qmpev_event_unref(). Loop thread. */
QMPEV_API qmpev_event* qmpev_server_add_event(qmpev_server* server,
                                              const qmpev_event_declaration* declaration);
QMPEV_API qmpev_event* qmpev_event_ref(qmpev_event* event);
QMPEV_API void qmpev_event_unref(qmpev_event* event);

/* The value of one member, made by the functions below. */
typedef struct qmpev_value {
  uint32_t kind; /* 0: left out */
  union {
    int boolean;
    int64_t integer;
    uint64_t natural;
    double number;
    const char* text; /* borrowed for the emit */
  } as;
} qmpev_value;

enum {
  QMPEV_VALUE_ABSENT = 0,
  QMPEV_VALUE_BOOLEAN = 1,
  QMPEV_VALUE_INTEGER = 2,
  QMPEV_VALUE_UNSIGNED = 3,
  QMPEV_VALUE_NUMBER = 4,
  QMPEV_VALUE_TEXT = 5
};

/* The largest number of members an event can be emitted with; a line of 4,096 bytes has no room for more. */
enum { QMPEV_MAX_EVENT_VALUES = 512 };

/* As the emit functions of <qmpev/qmpev_events.h>: any thread, never waits, cannot fail. One value for each
 * member, in the order of the declaration; what does not fit is refused and counted. NULL is a no-op. */
QMPEV_API void qmpev_event_emit(const qmpev_event* event, const qmpev_value* values, size_t count);

static inline qmpev_value qmpev_absent(void) {
  qmpev_value value;
  value.kind = QMPEV_VALUE_ABSENT;
  value.as.natural = 0;
  return value;
}
static inline qmpev_value qmpev_boolean(int boolean) {
  qmpev_value value;
  value.kind = QMPEV_VALUE_BOOLEAN;
  value.as.boolean = boolean;
  return value;
}
static inline qmpev_value qmpev_integer(int64_t integer) {
  qmpev_value value;
  value.kind = QMPEV_VALUE_INTEGER;
  value.as.integer = integer;
  return value;
}
static inline qmpev_value qmpev_unsigned(uint64_t natural) {
  qmpev_value value;
  value.kind = QMPEV_VALUE_UNSIGNED;
  value.as.natural = natural;
  return value;
}
static inline qmpev_value qmpev_number(double number) {
  qmpev_value value;
  value.kind = QMPEV_VALUE_NUMBER;
  value.as.number = number;
  return value;
}
/* NULL: left out. */
static inline qmpev_value qmpev_text(const char* text) {
  qmpev_value value;
  value.kind = text != NULL ? QMPEV_VALUE_TEXT : QMPEV_VALUE_ABSENT;
  value.as.text = text;
  return value;
}

/* --- commands of the embedder's own --- */

/* One call of a command, counted by references: the handler borrows it, and takes one of its own to answer
 * later. */
typedef struct qmpev_call qmpev_call;

/* Loop thread. Answers `call` before it returns, or keeps a reference and answers later, from any thread;
 * until then that client's further commands wait. Must not free the server. */
typedef void (*qmpev_command_handler)(qmpev_call* call, void* user_data);

typedef uint32_t qmpev_argument_type;
enum {
  QMPEV_ARGUMENT_INTEGER = 0,
  QMPEV_ARGUMENT_TEXT = 1,
  QMPEV_ARGUMENT_BOOLEAN = 2,
  QMPEV_ARGUMENT_ARRAY = 3,
  QMPEV_ARGUMENT_OBJECT = 4,
  QMPEV_ARGUMENT_ANY = 5
};

typedef struct qmpev_argument {
  const char* name;
  qmpev_argument_type type;
  int optional;
} qmpev_argument;

enum {
  QMPEV_COMMAND_EVENTS_ONLY = 1, /* harmless: also there on monitors for events only */
  QMPEV_COMMAND_PRECONFIG = 2    /* also while the machine has yet to be built */
};

/* Set `size` to sizeof(qmpev_command). Everything but user_data is borrowed for the call. */
typedef struct qmpev_command {
  size_t size;
  const char* name;
  qmpev_command_handler handler;
  void* user_data;
  void (*user_data_free)(
      void* user_data); /* NULL, or called once when the server is done with it, refused or not */
  /* None: those that QEMU's schema has for a command of this name, which has none otherwise. */
  const qmpev_argument* arguments;
  size_t argument_count;
  size_t flags; /* QMPEV_COMMAND_... */
} qmpev_command;

/* Adds a command to every session, open ones included. -EINVAL for a name that is taken or is none. Loop
 * thread. */
QMPEV_API int qmpev_server_add_command(qmpev_server* server, const qmpev_command* command);

QMPEV_API qmpev_call* qmpev_call_ref(qmpev_call* call);
/* The last one without an answer makes the client receive a GenericError. */
QMPEV_API void qmpev_call_unref(qmpev_call* call);

/* Its checked arguments as JSON, an object. Borrowed from the call. Any thread. */
QMPEV_API const char* qmpev_call_get_arguments(const qmpev_call* call);
/* One of them that is a text: borrowed from the call; NULL when it is not there. Any thread. */
QMPEV_API const char* qmpev_call_get_text(const qmpev_call* call, const char* name);
/* One that is a number or a boolean: 1 and its value; 0 when it is not there. Any thread. */
QMPEV_API int qmpev_call_get_integer(const qmpev_call* call, const char* name, int64_t* value);
QMPEV_API int qmpev_call_get_boolean(const qmpev_call* call, const char* name, int* value);

/* Answers with `json`, any value, NULL for {}. Once: another answer is ignored and counted, as is one that
 * nobody waits for any more. -EINVAL when it is no JSON; then nothing is answered yet. Any thread. */
QMPEV_API int qmpev_call_answer(qmpev_call* call, const char* json);
/* Answers with an error; `error_class` NULL: "GenericError". -EINVAL for a class that QMP does not have. */
QMPEV_API int qmpev_call_answer_error(qmpev_call* call, const char* error_class, const char* description);
/* 1 when nobody waits any more: the client is gone, or the server. Any thread. */
QMPEV_API int qmpev_call_is_cancelled(const qmpev_call* call);

/* Why the last call on this thread that was refused was refused: one sentence. Never NULL; borrowed until the
 * next refused call on this thread. Any thread. */
QMPEV_API const char* qmpev_last_error(void);

/* "X.Y.Z" of the library. Any thread. */
QMPEV_API const char* qmpev_version(void);

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_H */
