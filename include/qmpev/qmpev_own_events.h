/* SPDX-License-Identifier: MIT */
/* Events that the schema does not have, declared while the program runs. Part of
 * <qmpev/qmpev.h>, whose words on threads and failure hold here. */
#ifndef QMPEV_QMPEV_OWN_EVENTS_H
#define QMPEV_QMPEV_OWN_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include <qmpev/qmpev_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a member's values are: QMPEV_MEMBER_BOOLEAN to QMPEV_MEMBER_TEXT. */
typedef uint32_t qmpev_member_type;
enum {
  QMPEV_MEMBER_BOOLEAN = 0,  /* true or false */
  QMPEV_MEMBER_INTEGER = 1,  /* 64 bits with a sign */
  QMPEV_MEMBER_UNSIGNED = 2, /* 64 bits without one */
  QMPEV_MEMBER_NUMBER = 3,   /* with a fraction */
  QMPEV_MEMBER_TEXT = 4      /* UTF-8 */
};
enum {
  QMPEV_MEMBER_OPTIONAL = 1, /* may be left out of an event */
  QMPEV_MEMBER_PROSE = 2     /* of a text: one that is too long is cut; otherwise its event is refused */
};

/* One member of an event's data. Everything is borrowed for the call that takes it. */
typedef struct qmpev_event_member {
  const char* name;          /* letters, digits, '-' and '_', beginning with a letter */
  qmpev_member_type type;    /* of every value it is given */
  uint32_t flags;            /* QMPEV_MEMBER_OPTIONAL, QMPEV_MEMBER_PROSE */
  const char* const* values; /* of a text: the only ones it can be; none: any */
  size_t value_count;        /* of `values` */
  size_t max_bytes;          /* of a text; 0: 255; at most that */
} qmpev_event_member;

/* Set `size` to sizeof(qmpev_event_declaration). <qmpev/registered_event.hpp> says more. */
typedef struct qmpev_event_declaration {
  size_t size;                       /* sizeof(qmpev_event_declaration) */
  const char* name;                  /* "X_LAMP_CHANGED", "__org.example_LAMP_CHANGED" */
  const qmpev_event_member* members; /* in the order in which values are given */
  size_t member_count;               /* of `members` */
  const char* key;                   /* NULL, or the member whose every value has a rate limit of its own */
  size_t rate_limit_ms;              /* 0: none; at most 3,600,000 */
} qmpev_event_declaration;

/* A handle on such an event, counted by references; it may outlive the server, and then only counts. */
typedef struct qmpev_event qmpev_event;

/* Adds it to every session, open ones included. NULL when refused: see qmpev_last_error(). The caller ends
 * the handle with qmpev_event_unref(). Loop thread. */
QMPEV_API qmpev_event* qmpev_server_add_event(qmpev_server* server,
                                              const qmpev_event_declaration* declaration);
/* One reference more; gives `event`. NULL is a no-op. Any thread. */
QMPEV_API qmpev_event* qmpev_event_ref(qmpev_event* event);
/* One less. NULL is a no-op. Any thread. */
QMPEV_API void qmpev_event_unref(qmpev_event* event);

/* The value of one member, made by the functions below. */
typedef struct qmpev_value {
  uint32_t kind; /* 0: left out */
  union {
    int boolean;      /* 0: false */
    int64_t integer;  /* with a sign */
    uint64_t natural; /* without one */
    double number;    /* finite */
    const char* text; /* borrowed for the emit */
  } as;               /* which of them, `kind` says */
} qmpev_value;

/* What the `kind` of a value says. */
enum {
  QMPEV_VALUE_ABSENT = 0,   /* the member is left out */
  QMPEV_VALUE_BOOLEAN = 1,  /* `as.boolean` counts */
  QMPEV_VALUE_INTEGER = 2,  /* `as.integer` */
  QMPEV_VALUE_UNSIGNED = 3, /* `as.natural` */
  QMPEV_VALUE_NUMBER = 4,   /* `as.number` */
  QMPEV_VALUE_TEXT = 5      /* `as.text` */
};

/* The largest number of members an event can be emitted with; a line of 4,096 bytes has no room for more. */
enum {
  QMPEV_MAX_EVENT_VALUES = 512 /* what is beyond is refused and counted */
};

/* As the emit functions of <qmpev/qmpev_events.h>: any thread, never waits, cannot fail. One value for each
 * member, in the order of the declaration; what does not fit is refused and counted. NULL is a no-op. */
QMPEV_API void qmpev_event_emit(const qmpev_event* event, const qmpev_value* values, size_t count);

/* Leaves out a member that is optional. */
static inline qmpev_value qmpev_absent(void) {
  qmpev_value value;
  value.kind = QMPEV_VALUE_ABSENT;
  value.as.natural = 0;
  return value;
}
/* A value for QMPEV_MEMBER_BOOLEAN; 0 is false. */
static inline qmpev_value qmpev_boolean(int boolean) {
  qmpev_value value;
  value.kind = QMPEV_VALUE_BOOLEAN;
  value.as.boolean = boolean;
  return value;
}
/* A value for QMPEV_MEMBER_INTEGER. */
static inline qmpev_value qmpev_integer(int64_t integer) {
  qmpev_value value;
  value.kind = QMPEV_VALUE_INTEGER;
  value.as.integer = integer;
  return value;
}
/* A value for QMPEV_MEMBER_UNSIGNED. */
static inline qmpev_value qmpev_unsigned(uint64_t natural) {
  qmpev_value value;
  value.kind = QMPEV_VALUE_UNSIGNED;
  value.as.natural = natural;
  return value;
}
/* A value for QMPEV_MEMBER_NUMBER. */
static inline qmpev_value qmpev_number(double number) {
  qmpev_value value;
  value.kind = QMPEV_VALUE_NUMBER;
  value.as.number = number;
  return value;
}
/* A value for QMPEV_MEMBER_TEXT. NULL: left out. */
static inline qmpev_value qmpev_text(const char* text) {
  qmpev_value value;
  value.kind = text != NULL ? QMPEV_VALUE_TEXT : QMPEV_VALUE_ABSENT;
  value.as.text = text;
  return value;
}

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_OWN_EVENTS_H */
