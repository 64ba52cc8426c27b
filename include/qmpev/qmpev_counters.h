/* SPDX-License-Identifier: MIT */
/* What is counted, and what rate limits hold back. Part of
 * <qmpev/qmpev.h>, whose words on threads and failure hold here. */
#ifndef QMPEV_QMPEV_COUNTERS_H
#define QMPEV_QMPEV_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include <qmpev/qmpev_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes one event's rate limit, or gives it one: at most one per so many milliseconds, 0 to 3,600,000; 0:
 * none. `event` is its name, as "BALLOON_CHANGE"; also one of the embedder's own. -EINVAL, -ENOENT. Loop
 * thread. */
QMPEV_API int qmpev_server_set_rate_limit(qmpev_server* server, const char* event, uint32_t milliseconds);

/* Drops what rate limits hold back, counted as discarded: a machine reset. Loop thread. */
QMPEV_API void qmpev_server_discard_delayed(qmpev_server* server);

/* What became of the events of one name. With devices at rest:
 * emitted = published + merged + refused_... + after_end + discarded + pending + in_ring + skipped. */
typedef struct qmpev_event_counters {
  size_t size;        /* sizeof(qmpev_event_counters): the members behind are filled as far as it goes */
  uint64_t emitted;   /* calls of its emit functions */
  uint64_t published; /* put into the event log */
  uint64_t merged;    /* replaced by a newer one of the same key inside a rate window */
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
  size_t size;                  /* sizeof(qmpev_statistics), as above */
  uint64_t sessions_open;       /* right now */
  uint64_t sessions_in_command; /* of these, those that have negotiated and hear events */
  uint64_t accepted;            /* clients that got a seat */
  uint64_t closed;              /* sessions that have ended */
  uint64_t refused_limit;       /* too many clients */
  uint64_t refused_peer;        /* a user that may not connect */
  uint64_t refused_uid_limit;   /* too many clients of one user */
  uint64_t refused_http;        /* began with an HTTP request */
  uint64_t refused_tls;         /* did not prove who it is */
  uint64_t not_negotiated;      /* not in its time */
  uint64_t closed_for_loss;     /* whose monitor closes who loses events */
  uint64_t delivered;           /* event lines written whole */
  uint64_t dropped;             /* event lines that came too late for a slow client */
  uint64_t filtered;            /* event lines that a client did not want */
  uint64_t replies;             /* to commands, errors included */
  uint64_t bytes_written;       /* greetings, replies and events */
  uint64_t write_calls;         /* system calls that wrote to clients */
  uint64_t wakeups;             /* times emit woke the loop */
  uint64_t log_bytes_unsent;    /* of the slowest session */
  uint64_t log_bytes_capacity;  /* of qmpev_server_config */
  uint64_t ring_bytes_in_use;   /* of events between the threads */
  uint64_t ring_bytes_capacity; /* of qmpev_server_config */
} qmpev_statistics;

/* -EINVAL. Loop thread. */
QMPEV_API int qmpev_server_get_statistics(const qmpev_server* server, qmpev_statistics* statistics);

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_COUNTERS_H */
