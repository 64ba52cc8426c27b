/* SPDX-License-Identifier: MIT */
/* Generated from everything.json; do not edit. The events for C: fill in a struct, hand it over.
 * Every struct begins with `size`: set it to sizeof the struct. Structs grow at their end only; what an older
 * caller's struct does not reach is absent. Set everything else to zero first (`= {0}`, or designated
 * initialisers).
 * Texts are NUL-terminated UTF-8. Everything is borrowed for the call.
 * Required are all members but those marked optional. Instead of an event with a required member missing (a
 * NULL text or struct, a struct too short) or an enum value that is none, nothing is sent, and the refusal is
 * counted; so is a NULL event. An identifier over its limit is refused and counted as oversize.
 */
#ifndef QMPEV_QMPEV_EVENTS_H
#define QMPEV_QMPEV_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <qmpev/qmpev_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Colour of a lamp. */
typedef uint32_t qmpev_lamp_colour;
enum {
  QMPEV_LAMP_COLOUR_RED = 0, /* red: stop */
  QMPEV_LAMP_COLOUR_BLUE_GREEN = 1 /* blue-green: something between */
};

/* Which address follows. */
typedef uint32_t qmpev_address_kind;
enum {
  QMPEV_ADDRESS_KIND_INET = 0, /* inet: a network address */
  QMPEV_ADDRESS_KIND_UNIX = 1 /* unix: a path */
};

/* A network address. */
typedef struct qmpev_inet_address {
  size_t size; /* sizeof this struct */
  /* Name or number. Identifier, at most 64 bytes. */
  const char *host;
} qmpev_inet_address;

/* A path. */
typedef struct qmpev_unix_address {
  size_t size; /* sizeof this struct */
  /* Where it is. Identifier, at most 107 bytes. */
  const char *path;
  /* Whether no file has it. Optional: NULL is absent. */
  const bool *abstract;
} qmpev_unix_address;

/* Where somebody is. */
typedef struct qmpev_address {
  size_t size; /* sizeof this struct */
  /* Which kind follows. */
  qmpev_address_kind type;
  /* Required when `type` is QMPEV_ADDRESS_KIND_INET, else not looked at. */
  const qmpev_inet_address *inet;
  /* Required when `type` is QMPEV_ADDRESS_KIND_UNIX, else not looked at. */
  const qmpev_unix_address *unix_socket;
} qmpev_address;

/* State of one lamp. */
typedef struct qmpev_lamp_state {
  size_t size; /* sizeof this struct */
  /* Its name. Identifier, at most 31 bytes. */
  const char *lamp;
  /* Its colour. Optional: NULL is absent. */
  const qmpev_lamp_colour *colour;
  /* What it takes. Unit: watts. Range: 0 to 2^16-1. */
  uint16_t watts;
  /* How large it is. Unit: bytes. Range: 0 to 2^64-1. */
  uint64_t size_;
} qmpev_lamp_state;

/* LAMP_CHANGE: A lamp changed.
 * Rate limit: the first goes out at once, then the latest, at most one in 250 ms for each `lamp`.
 * A client that lost events is told the newest one of each `lamp`.
 * In form qemu the members stand inside `lamp`.
 * Example (document):
 * {"event": "LAMP_CHANGE", "data": {"lamp": "hall", "power": 40, "size": 18446744073709551615}}
 * Example (qemu):
 * {"event": "LAMP_CHANGE", "data": {"lamp": {"lamp": "hall", "watts": 40, "size": 18446744073709551615, "colour": "blue-green"}}}
 */
typedef struct qmpev_lamp_change {
  size_t size; /* sizeof this struct */
  /* Its name. Identifier, at most 31 bytes. */
  const char *lamp;
  /* Its colour. Optional: NULL is absent. */
  const qmpev_lamp_colour *colour;
  /* What it takes. Unit: watts. Range: 0 to 2^16-1. */
  uint16_t watts;
  /* How large it is. Unit: bytes. Range: 0 to 2^64-1. */
  uint64_t size_;
} qmpev_lamp_change;

/* Sends LAMP_CHANGE to every client. Any thread; returns nothing and cannot fail. */
QMPEV_API void qmpev_emit_lamp_change(qmpev_emitter *emitter, const qmpev_lamp_change *event);

/* LAMP_SEEN: Somebody saw a lamp.
 * Marked in introspection: unstable.
 * Example (document):
 * {"event": "LAMP_SEEN", "data": {"from": {"type": "unix", "path": "/tmp/x"}}, "timestamp": {"seconds": 1400000000, "microseconds": 0}}
 * Example (qemu):
 * {"event": "LAMP_SEEN", "data": {"from": {"type": "inet", "host": "::1"}, "remark": "bright", "distance": -128}}
 */
typedef struct qmpev_lamp_seen {
  size_t size; /* sizeof this struct */
  /* Where they stood. */
  const qmpev_address *from;
  /* What they said. Optional: NULL is absent. Prose, at most 255 bytes. */
  const char *remark;
  /* How it was before. Optional: NULL is absent. */
  const qmpev_lamp_state *before;
  /* How far off. Optional: NULL is absent. Unit: metres. Range: -2^7 to 2^7-1. */
  const int8_t *distance;
} qmpev_lamp_seen;

/* Sends LAMP_SEEN to every client. Any thread; returns nothing and cannot fail. */
QMPEV_API void qmpev_emit_lamp_seen(qmpev_emitter *emitter, const qmpev_lamp_seen *event);

/* LIGHTS_OUT: All lamps are off.
 * A client that lost events is told the newest one.
 * QEMU has it until 2.1; newer ones send no such event.
 * Example:
 * {"event": "LIGHTS_OUT"}
 */
typedef struct qmpev_lights_out {
  size_t size; /* sizeof this struct */
} qmpev_lights_out;

/* Sends LIGHTS_OUT to every client. Any thread; returns nothing and cannot fail. */
QMPEV_API void qmpev_emit_lights_out(qmpev_emitter *emitter, const qmpev_lights_out *event);

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_EVENTS_H */
