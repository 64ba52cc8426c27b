/* SPDX-License-Identifier: MIT */
/* What every C header of qmpev needs: opaque types and the mark of exported functions. */
#ifndef QMPEV_QMPEV_TYPES_H
#define QMPEV_QMPEV_TYPES_H

#if defined(__GNUC__)
#define QMPEV_API __attribute__((visibility("default")))
#else
#define QMPEV_API
#endif

/* A handle on the emitter of a server, counted by references. All functions that take one: any thread; NULL
 * is a no-op. */
typedef struct qmpev_emitter qmpev_emitter;

#endif /* QMPEV_QMPEV_TYPES_H */
