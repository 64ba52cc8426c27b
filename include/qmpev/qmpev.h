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

#include <qmpev/qmpev_commands.h>
#include <qmpev/qmpev_counters.h>
#include <qmpev/qmpev_events.h>
#include <qmpev/qmpev_hooks.h>
#include <qmpev/qmpev_monitors.h>
#include <qmpev/qmpev_own_events.h>
#include <qmpev/qmpev_spice.h>
#include <qmpev/qmpev_traffic.h>
#include <qmpev/qmpev_types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct _GMainContext;

/* How much a sentence of the library matters: QMPEV_LOG_... */
typedef uint32_t qmpev_log_level;
enum {
  QMPEV_LOG_DEBUG = 0,   /* for who looks for a fault in the library */
  QMPEV_LOG_INFO = 1,    /* what an operator may like to know */
  QMPEV_LOG_WARNING = 2, /* something was refused, or lost, or is not as safe as it looks */
  QMPEV_LOG_ERROR = 3    /* something that was asked for does not happen */
};

/* One sentence without a newline, borrowed for the call. Loop thread. Must not free the server. */
typedef void (*qmpev_log_callback)(qmpev_log_level level, const char* text, void* user_data);

/* The machine's life, which is the embedder's: what a command of QMP asks of it. 0: done; otherwise the
 * client receives an error that says *why, borrowed until the call returns. Events emitted inside precede the
 * reply. Loop thread. Must not free the server. */
typedef int (*qmpev_run_callback)(const char** why, void* user_data);

/* How to make a server. Set `size` to sizeof(qmpev_server_config) and every member not used to 0 or NULL. */
typedef struct qmpev_server_config {
  size_t size;                 /* sizeof(qmpev_server_config) */
  const char* name;            /* what query-name answers; NULL: nothing */
  int version_major;           /* the QEMU version told in the greeting; all three 0: 10.0.2 */
  int version_minor;           /* libvirt wants 6.2 or later, kata 5 or later */
  int version_micro;           /* nobody looks at it */
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
  qmpev_traffic_callback traffic;   /* NULL: what passes the sessions is not looked at and costs nothing */
  void* traffic_user_data;          /* given to `traffic` */
  void (*traffic_free)(void* user_data); /* as log_free */
} qmpev_server_config;

/* Makes a server; nothing listens yet. `config` is borrowed for the call and may be NULL. Gives NULL when
 * refused: see qmpev_last_error(). The caller owns the server. Loop thread. */
QMPEV_API qmpev_server* qmpev_server_new(const qmpev_server_config* config);

/* Ends every session, removes the sockets it made, leaves no source in the context. What is queued is written
 * as far as the sockets take it. NULL is a no-op. Loop thread, also from inside a callback of the context. */
QMPEV_API void qmpev_server_free(qmpev_server* server);

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

/* A handle for device threads, with a reference of its own: emit through it from any thread, also after the
 * server is gone (counted, otherwise nothing). The caller ends it with qmpev_emitter_unref(). Loop thread. */
QMPEV_API qmpev_emitter* qmpev_server_get_emitter(qmpev_server* server);
/* One reference more; gives `emitter`. Any thread. */
QMPEV_API qmpev_emitter* qmpev_emitter_ref(qmpev_emitter* emitter);
/* One less; the last one that goes frees what the server has left. Any thread. */
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
