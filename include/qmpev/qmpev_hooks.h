/* SPDX-License-Identifier: MIT */
/* What a device knows becomes the event it means: slot numbers, pages, policies, bytes and errnos go in, and
 * texts, levels, actions and sectors come out. <qmpev/qmpev_spice.h> has those of SPICE. Part of
 * <qmpev/qmpev.h>.
 *
 * All are as the emit functions of <qmpev/qmpev_events.h>: any thread, no lock, no allocation, nothing fails.
 * A number that its enumeration does not have, a required pointer that is NULL, and a structure too short for
 * what is required are counted for that event (refused_invalid), and nothing is sent. NULL for an emitter is
 * a no-op. Everything is borrowed for the call. Structures: set `size` to their sizeof.
 */
#ifndef QMPEV_QMPEV_HOOKS_H
#define QMPEV_QMPEV_HOOKS_H

#include <stddef.h>
#include <stdint.h>

#include <qmpev/qmpev_events.h>
#include <qmpev/qmpev_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What one evaluation of the ACPI method _OST said about one slot. */
typedef struct qmpev_ost_report {
  size_t size;           /* sizeof(qmpev_ost_report) */
  const char* device_id; /* NULL or "": the slot is empty, or its device has no id; at most 255 bytes */
  qmpev_acpi_slot_type slot_type; /* QMPEV_ACPI_SLOT_TYPE_... */
  uint32_t slot;                  /* slots of each type are numbered apart */
  uint32_t source;                /* _OST's first argument */
  uint32_t status;                /* its second */
} qmpev_ost_report;

/* ACPI_DEVICE_OST: the guest says how a hot-plug or an unplug request for a slot ended. */
QMPEV_API void qmpev_hook_ost(qmpev_emitter* emitter, const qmpev_ost_report* report);

/* BALLOON_CHANGE: the guest says how many pages of 4 KiB its balloon holds, whatever its own page size; told
 * is what that leaves of `ram_bytes`. Call it at every change: at most one event a second goes out, the last
 * one always. */
QMPEV_API void qmpev_hook_balloon(qmpev_emitter* emitter, uint64_t ram_bytes, uint32_t pages);

/* What the machine does when its guest panics (an operator's panic=WORD). */
typedef uint32_t qmpev_panic_policy;
enum {
  QMPEV_PANIC_PAUSE = 0,        /* it stands still */
  QMPEV_PANIC_SHUTDOWN = 1,     /* it ends, or where it is not to end (below), stands still */
  QMPEV_PANIC_EXIT_FAILURE = 2, /* its process ends */
  QMPEV_PANIC_NONE = 3          /* it runs on */
};

/* What it does when it is to end (shutdown=WORD). */
typedef uint32_t qmpev_shutdown_policy;
enum {
  QMPEV_SHUTDOWN_POWEROFF = 0, /* it ends */
  QMPEV_SHUTDOWN_PAUSE = 1     /* it stands still, so that it can be looked at */
};

/* GUEST_PANICKED, with the action that follows from both policies. What the machine does is the caller's to
 * do, and to tell (STOP, SHUTDOWN). `details` may be NULL. */
QMPEV_API void qmpev_hook_panic(qmpev_emitter* emitter, qmpev_panic_policy panic,
                                qmpev_shutdown_policy shutdown, const qmpev_guest_panic_information* details);

/* Likewise, with the crash registers P0 to P4 of Hyper-V: five numbers. */
QMPEV_API void qmpev_hook_hyperv_panic(qmpev_emitter* emitter, qmpev_panic_policy panic,
                                       qmpev_shutdown_policy shutdown, const uint64_t* registers);

/* Likewise, with where an s390 processor crashed, and why. */
QMPEV_API void qmpev_hook_s390_panic(qmpev_emitter* emitter, qmpev_panic_policy panic,
                                     qmpev_shutdown_policy shutdown,
                                     const qmpev_guest_panic_information_s390* crash);

/* GUEST_CRASHLOADED: the guest takes care of its crash itself, so the machine runs on whatever its policy. */
QMPEV_API void qmpev_hook_crashloaded(qmpev_emitter* emitter);

/* A request to a quorum as the guest made it. */
typedef struct qmpev_quorum_request {
  size_t size;               /* sizeof(qmpev_quorum_request) */
  uint64_t offset;           /* in bytes; of a flush 0 */
  uint64_t bytes;            /* likewise; any: every sector of 512 bytes that it touches is told */
  qmpev_quorum_op_type type; /* QMPEV_QUORUM_OP_TYPE_... */
} qmpev_quorum_request;

/* QUORUM_REPORT_BAD: the answer of a child, by the name of its node, is not the one that won. */
QMPEV_API void qmpev_hook_quorum_mismatch(qmpev_emitter* emitter, const char* node_name,
                                          const qmpev_quorum_request* request);

/* QUORUM_REPORT_BAD: a child failed with an errno, as EIO; told is its text. */
QMPEV_API void qmpev_hook_quorum_error(qmpev_emitter* emitter, const char* node_name,
                                       const qmpev_quorum_request* request, int error);

/* QUORUM_FAILURE: too few children agree. `reference` is the name of the quorum's device, or of its node
 * where it has no device. */
QMPEV_API void qmpev_hook_quorum_failure(qmpev_emitter* emitter, const char* reference,
                                         const qmpev_quorum_request* request);

/* DEVICE_DELETED, for a device that somebody had added: by its id, or, when it had none (NULL or ""), by its
 * number among those without one. One that stood elsewhere in the machine's tree tells its path through
 * qmpev_emit_device_deleted(). */
QMPEV_API void qmpev_hook_device_deleted(qmpev_emitter* emitter, const char* device_id,
                                         uint32_t anonymous_number);

/* RESET: whether the guest asked for it follows from the cause. */
QMPEV_API void qmpev_hook_reset(qmpev_emitter* emitter, qmpev_shutdown_cause cause);
/* SHUTDOWN: likewise. */
QMPEV_API void qmpev_hook_shutdown(qmpev_emitter* emitter, qmpev_shutdown_cause cause);

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_HOOKS_H */
