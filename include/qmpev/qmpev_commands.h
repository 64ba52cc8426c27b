/* SPDX-License-Identifier: MIT */
/* Commands of the embedder's own, answered at once or later. Part of
 * <qmpev/qmpev.h>, whose words on threads and failure hold here. */
#ifndef QMPEV_QMPEV_COMMANDS_H
#define QMPEV_QMPEV_COMMANDS_H

#include <stddef.h>
#include <stdint.h>

#include <qmpev/qmpev_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One call of a command, counted by references: the handler borrows it, and takes one of its own to answer
 * later. */
typedef struct qmpev_call qmpev_call;

/* Loop thread. Answers `call` before it returns, or keeps a reference and answers later, from any thread;
 * until then that client's further commands wait, but for those out of band. Must not free the server. */
typedef void (*qmpev_command_handler)(qmpev_call* call, void* user_data);

/* What an argument has to be: QMPEV_ARGUMENT_... */
typedef uint32_t qmpev_argument_type;
enum {
  QMPEV_ARGUMENT_INTEGER = 0, /* a number without a fraction, of 64 bits with a sign */
  QMPEV_ARGUMENT_TEXT = 1,    /* a string */
  QMPEV_ARGUMENT_BOOLEAN = 2, /* true or false */
  QMPEV_ARGUMENT_ARRAY = 3,   /* an array, of anything */
  QMPEV_ARGUMENT_OBJECT = 4,  /* an object, of any members */
  QMPEV_ARGUMENT_ANY = 5      /* any value of JSON */
};

/* One argument of a command, checked before its handler runs. */
typedef struct qmpev_argument {
  const char* name;         /* as a client writes it */
  qmpev_argument_type type; /* anything else is refused in QEMU's words */
  int optional;             /* not 0: may be left out */
} qmpev_argument;

enum {
  QMPEV_COMMAND_EVENTS_ONLY = 1, /* harmless: also there on monitors for events only */
  QMPEV_COMMAND_PRECONFIG = 2,   /* also while the machine has yet to be built */
  /* Also out of band: at once, for a client that has enabled `oob` and says exec-oob, though another command
   * of that client is under way. So its handler must not depend on that one, nor take its time, and answers
   * before it returns: the client receives a GenericError otherwise, and a later answer is ignored. */
  QMPEV_COMMAND_ALLOW_OOB = 4
};

/* Set `size` to sizeof(qmpev_command). Everything but user_data is borrowed for the call. */
typedef struct qmpev_command {
  size_t size;                   /* sizeof(qmpev_command) */
  const char* name;              /* letters, digits, '-', '_' and '.', as QMP has them; taken once */
  qmpev_command_handler handler; /* carries it out */
  void* user_data;               /* given to `handler` */
  /* NULL, or called once with user_data when the server is done with it; also when the command is refused,
   * unless for its `size` */
  void (*user_data_free)(void* user_data);
  /* None: those that QEMU's schema has for a command of this name, which has none otherwise. */
  const qmpev_argument* arguments;
  size_t argument_count; /* of `arguments` */
  size_t flags;          /* QMPEV_COMMAND_... */
} qmpev_command;

/* Adds a command to every session, open ones included. -EINVAL for a name that is taken or is none. Loop
 * thread. */
QMPEV_API int qmpev_server_add_command(qmpev_server* server, const qmpev_command* command);

/* One reference more, for who answers later; gives `call`. NULL is a no-op. Any thread. */
QMPEV_API qmpev_call* qmpev_call_ref(qmpev_call* call);
/* The last one without an answer makes the client receive a GenericError. */
QMPEV_API void qmpev_call_unref(qmpev_call* call);

/* Its checked arguments as JSON, an object. Borrowed from the call. Any thread. */
QMPEV_API const char* qmpev_call_get_arguments(const qmpev_call* call);
/* One of them that is a text: borrowed from the call; NULL when it is not there. Any thread. */
QMPEV_API const char* qmpev_call_get_text(const qmpev_call* call, const char* name);
/* One that is a whole number: 1 and its value; 0 when it is not there. Any thread. */
QMPEV_API int qmpev_call_get_integer(const qmpev_call* call, const char* name, int64_t* value);
/* Likewise, of a boolean: 1 and 0 or 1 in `value`. Any thread. */
QMPEV_API int qmpev_call_get_boolean(const qmpev_call* call, const char* name, int* value);

/* Answers with `json`, any value, NULL for {}. Once: another answer is ignored and counted, as is one that
 * nobody waits for any more. -EINVAL when it is no JSON; then nothing is answered yet. Any thread. */
QMPEV_API int qmpev_call_answer(qmpev_call* call, const char* json);
/* Answers with an error; `error_class` NULL: "GenericError". -EINVAL for a class that QMP does not have. */
QMPEV_API int qmpev_call_answer_error(qmpev_call* call, const char* error_class, const char* description);
/* 1 when nobody waits any more: the client is gone, or the server. Any thread. */
QMPEV_API int qmpev_call_is_cancelled(const qmpev_call* call);

#ifdef __cplusplus
}
#endif

#endif /* QMPEV_QMPEV_COMMANDS_H */
