/* SPDX-License-Identifier: MIT */
/* What a call asks of the system: seen by a seccomp filter that traps every system call of the process, by an
 * allocator that counts, and by a pthread_mutex_lock() that does. What is seen belongs to the call that its
 * thread is in. Linux on x86-64 and arm64 with glibc. */
#ifndef WATCH_H
#define WATCH_H

/* 0 from here on, for all threads that there are; -1 when the kernel does not let us. No thread can be made,
 * or end, afterwards: it would do so with the trap's signal blocked. */
int watch_begin(void);

/* `name` is a text that stays. Gives what the call before was, which goes on when this one leaves: the
 * server's callbacks are inside a call. */
int watch_enter(const char* name);
void watch_leave(int before);

/* A line for each call: NAME ALLOCATIONS LOCKS SYSTEM_CALL... */
void watch_report(void);

/* WATCHED(function, what calls it) */
#define WATCHED(function, ...)                  \
  do {                                          \
    const int before_ = watch_enter(#function); \
    __VA_ARGS__;                                \
    watch_leave(before_);                       \
  } while (0)

#endif
