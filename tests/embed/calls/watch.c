/* SPDX-License-Identifier: MIT */
/* A trapped call is made by the signal's handler, from an address that the filter lets pass: that of the one
 * system call instruction inside syscall(), learned from a first trap. */
#include "watch.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { MAX_CALLS = 256, MAX_NUMBERS = 512, NOBODY = -1 };

typedef struct {
  const char* name;
  unsigned allocations;
  unsigned locks;
  unsigned char made[MAX_NUMBERS]; /* by the number of a system call */
} watched;

static watched calls[MAX_CALLS];
static int call_count;
static _Thread_local int current = NOBODY;
static uintptr_t open_address; /* 0: not learned yet */

/* --- system calls --- */

#if defined(__x86_64__)
static const int argument_registers[] = {REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9};
static long argument(const ucontext_t* context, int index) {
  return (long)context->uc_mcontext.gregs[argument_registers[index]];
}
static void give(ucontext_t* context, long result) {
  context->uc_mcontext.gregs[REG_RAX] = result;
}
#elif defined(__aarch64__)
static long argument(const ucontext_t* context, int index) {
  return (long)context->uc_mcontext.regs[index];
}
static void give(ucontext_t* context, long result) {
  context->uc_mcontext.regs[0] = (unsigned long long)result;
}
#else
#error "say here where this machine's system calls have their arguments and their result"
#endif

static void on_trap(int signal, siginfo_t* info, void* data) {
  ucontext_t* context = data;
  const int saved = errno;
  long result;
  (void)signal;
  if (open_address == 0) {
    open_address = (uintptr_t)info->si_call_addr;
    return;
  }
  if (current != NOBODY && info->si_syscall >= 0 && info->si_syscall < MAX_NUMBERS)
    calls[current].made[info->si_syscall] = 1;
  result = syscall(info->si_syscall, argument(context, 0), argument(context, 1), argument(context, 2),
                   argument(context, 3), argument(context, 4), argument(context, 5));
  give(context, result == -1 ? -errno : result);
  errno = saved;
}

static int install(const struct sock_filter* filter, size_t count) {
  struct sock_fprog program;
  program.len = (unsigned short)count;
  program.filter = (struct sock_filter*)filter;
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
}

static int learn_address(void) {
  const struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  if (install(filter, sizeof filter / sizeof *filter) != 0) return -1;
  syscall(SYS_getppid);
  return open_address != 0 ? 0 : -1;
}

/* What a handler cannot do in another's place passes unseen: ends, and the masks of signals. */
static int trap_everything(void) {
  const uint32_t low = (uint32_t)open_address, high = (uint32_t)((uint64_t)open_address >> 32);
  const struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, low, 0, 2),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, high, 6, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigprocmask, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  return install(filter, sizeof filter / sizeof *filter);
}

int watch_begin(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_trap;
  action.sa_flags = SA_SIGINFO;
  if (sigaction(SIGSYS, &action, NULL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return learn_address() == 0 && trap_everything() == 0 ? 0 : -1;
}

/* --- memory and locks --- */

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

static void count_allocation(void) {
  if (current != NOBODY) calls[current].allocations += 1;
}
void* malloc(size_t size) {
  count_allocation();
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  count_allocation();
  return __libc_calloc(count, size);
}
void* realloc(void* memory, size_t size) {
  count_allocation();
  return __libc_realloc(memory, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  count_allocation();
  return __libc_memalign(alignment, size);
}

int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static int (*lock)(pthread_mutex_t*);
  if (lock == NULL) *(void**)&lock = dlsym(RTLD_NEXT, "pthread_mutex_lock");
  if (current != NOBODY) calls[current].locks += 1;
  return lock(mutex);
}

/* --- calls --- */

int watch_enter(const char* name) {
  const int before = current;
  int index;
  for (index = 0; index < call_count && strcmp(calls[index].name, name) != 0; ++index) {
  }
  if (index == MAX_CALLS) abort();
  if (index == call_count) calls[call_count++].name = name;
  current = index;
  return before;
}

void watch_leave(int before) {
  current = before;
}

void watch_report(void) {
  static const struct {
    int number;
    const char* name;
  } names[] = {
#define NAMED(name) {SYS_##name, #name}
    NAMED(accept4),
    NAMED(bind),
    NAMED(brk),
    NAMED(close),
    NAMED(connect),
    NAMED(dup),
    NAMED(epoll_create1),
    NAMED(epoll_ctl),
    NAMED(epoll_pwait),
    NAMED(eventfd2),
    NAMED(faccessat),
    NAMED(fchmod),
    NAMED(flock),
    NAMED(fcntl),
    NAMED(fstat),
    NAMED(futex),
    NAMED(getegid),
    NAMED(geteuid),
    NAMED(getpeername),
    NAMED(getpid),
    NAMED(getrandom),
    NAMED(gettid),
    NAMED(getsockname),
    NAMED(getsockopt),
    NAMED(getuid),
    NAMED(ioctl),
    NAMED(listen),
    NAMED(lseek),
    NAMED(madvise),
    NAMED(mmap),
    NAMED(mprotect),
    NAMED(mremap),
    NAMED(munmap),
    NAMED(newfstatat),
    NAMED(openat),
    NAMED(ppoll),
    NAMED(read),
    NAMED(readv),
    NAMED(recvfrom),
    NAMED(recvmsg),
    NAMED(sendmsg),
    NAMED(sendto),
    NAMED(setsockopt),
    NAMED(shutdown),
    NAMED(socket),
    NAMED(statx),
    NAMED(timerfd_create),
    NAMED(timerfd_settime),
    NAMED(unlinkat),
    NAMED(write),
    NAMED(writev),
    NAMED(sched_yield),
    NAMED(readlinkat),
    NAMED(renameat2),
    NAMED(linkat),
    NAMED(clock_gettime),
#if defined(SYS_unlink) /* not there where the kernel is younger than these */
    NAMED(unlink),
    NAMED(epoll_wait),
    NAMED(poll),
    NAMED(lstat),
    NAMED(stat),
    NAMED(link),
    NAMED(rename),
    NAMED(access),
    NAMED(open),
#endif
#undef NAMED
  };
  int index, number;
  size_t each;
  for (index = 0; index < call_count; ++index) {
    printf("%s %u %u", calls[index].name, calls[index].allocations, calls[index].locks);
    for (number = 0; number < MAX_NUMBERS; ++number) {
      if (!calls[index].made[number]) continue;
      for (each = 0; each < sizeof names / sizeof *names && names[each].number != number; ++each) {
      }
      if (each < sizeof names / sizeof *names)
        printf(" %s", names[each].name);
      else
        printf(" %d", number);
    }
    printf("\n");
  }
}
