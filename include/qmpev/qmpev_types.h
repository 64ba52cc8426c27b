/* SPDX-License-Identifier: MIT */
/* What every C header of qmpev needs: opaque types and the mark of exported functions. */
#ifndef QMPEV_QMPEV_TYPES_H
#define QMPEV_QMPEV_TYPES_H

#include <stdint.h>

#if defined(__GNUC__)
#define QMPEV_API __attribute__((visibility("default")))
#else
#define QMPEV_API
#endif

/* A handle on the emitter of a server, counted by references. All functions that take one: any thread; NULL
 * is a no-op. */
typedef struct qmpev_emitter qmpev_emitter;

/* One QMP server: listeners, sessions, commands, and the emitter that devices fire events into. */
typedef struct qmpev_server qmpev_server;

/* Which spelling of the events a listener's sessions receive. There is no default. */
typedef uint32_t qmpev_wire_form;
enum {
  QMPEV_WIRE_DOCUMENT = 0, /* the QMP event document of 2014 */
  QMPEV_WIRE_QEMU = 1      /* QEMU's schema: what libvirt, go-qemu, kata and Proxmox read */
};

#endif /* QMPEV_QMPEV_TYPES_H */
