/* SPDX-License-Identifier: MIT */
/* A virtual machine monitor on KVM in one file, from the guest's instruction to the line of JSON: one vCPU in
 * real mode runs a few bytes of code that report a failed unplug and a panic; each VM exit reaches a device,
 * the device emits through a hook, and every client of the UNIX socket receives the event. Halting ends the
 * machine.
 *
 *   build: cc -std=c99 -pthread kvm_vmm.c $(pkg-config --cflags --libs qmpev)
 *   usage: kvm_vmm SOCKET [CLIENTS]
 *
 * The guest starts when CLIENTS (default: none) have connected and negotiated; a machine that runs for a
 * millionth of a second is hard to catch otherwise. Two threads: the main thread is the server's loop, the
 * vCPU's thread runs the guest and the devices. x86 only.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <qmpev/qmpev.h>

enum { GUEST_ADDRESS = 0x1000, GUEST_BYTES = 0x1000, SLOTS = 2, LAST_WORDS_MS = 2000 };

/* What a kernel and its ACPI methods would do, and nothing else. */
static const uint8_t guest_code[] = {
    0xba, 0x00, 0x0a,                   /* mov dx, 0xa00    the slot of */
    0x66, 0xb8, 0x01, 0x00, 0x00, 0x00, /* mov eax, 1       dimm1 */
    0x66, 0xef,                         /* out dx, eax */
    0xba, 0x04, 0x0a,                   /* mov dx, 0xa04    _OST answers */
    0x66, 0xb8, 0x03, 0x00, 0x00, 0x00, /* mov eax, 3       a request to eject: */
    0x66, 0xef,                         /* out dx, eax */
    0xba, 0x08, 0x0a,                   /* mov dx, 0xa08    its status is */
    0x66, 0xb8, 0x81, 0x00, 0x00, 0x00, /* mov eax, 0x81    "the device is in use" */
    0x66, 0xef,                         /* out dx, eax */
    0xba, 0x05, 0x05,                   /* mov dx, 0x505    of the reports that pvpanic */
    0xec,                               /* in al, dx        says it takes, */
    0x24, 0x01,                         /* and al, 1        this one: */
    0xee,                               /* out dx, al       the kernel has panicked */
    0xf4,                               /* hlt */
};

/* --- devices: what a register means ------------------------------------------------------------------- */

/* ACPI memory hot-plug, as far as a guest reports through it. The vCPU's thread. */
enum { HOTPLUG_BASE = 0xa00, HOTPLUG_PORTS = 24, SELECTOR = 0x00, OST_EVENT = 0x04, OST_STATUS = 0x08 };

typedef struct memory_hotplug {
  qmpev_emitter* emitter;         /* borrowed from the machine */
  const char* device[SLOTS];      /* NULL: the slot is empty */
  uint32_t selected;              /* whatever the guest wrote: look before use */
  uint32_t last_ost_event[SLOTS]; /* kept until the status comes */
} memory_hotplug;

/* A hook takes what the device knows and emits what the event says. It does not wait and cannot fail: safe in
 * a VM exit. What the report points to is borrowed for the call. */
static void report_ost(const memory_hotplug* hotplug, uint32_t slot, uint32_t status) {
  qmpev_ost_report report = {.size = sizeof report, .slot_type = QMPEV_ACPI_SLOT_TYPE_DIMM};
  report.device_id = hotplug->device[slot];
  report.slot = slot;
  report.source = hotplug->last_ost_event[slot];
  report.status = status;
  qmpev_hook_ost(hotplug->emitter, &report);
}

static void hotplug_write(memory_hotplug* hotplug, uint32_t offset, uint32_t value) {
  if (offset == SELECTOR)
    hotplug->selected = value;
  else if (hotplug->selected >= SLOTS)
    return;
  else if (offset == OST_EVENT)
    hotplug->last_ost_event[hotplug->selected] = value;
  else if (offset == OST_STATUS)
    report_ost(hotplug, hotplug->selected, value);
}

/* pvpanic: one port. Reading says which reports it takes. */
enum { PVPANIC_PORT = 0x505, PVPANIC_PANICKED = 1 << 0 };

static void pvpanic_write(qmpev_emitter* emitter, uint32_t value) {
  if ((value & PVPANIC_PANICKED) != 0)
    qmpev_hook_panic(emitter, QMPEV_PANIC_NONE, QMPEV_SHUTDOWN_POWEROFF, NULL); /* this machine runs on */
}

/* --- the machine: which device an exit reaches -------------------------------------------------------- */

typedef struct machine {
  memory_hotplug hotplug;
  qmpev_emitter* emitter;
  int vcpu;            /* KVM's descriptor */
  struct kvm_run* run; /* what KVM tells of an exit, and takes back */
  int ended;           /* an eventfd: readable when the vCPU's thread is done */
} machine;

static void port_write(machine* vm, uint16_t port, uint32_t value) {
  if (port == PVPANIC_PORT)
    pvpanic_write(vm->emitter, value);
  else if (port >= HOTPLUG_BASE && port < HOTPLUG_BASE + HOTPLUG_PORTS)
    hotplug_write(&vm->hotplug, port - HOTPLUG_BASE, value);
}

static uint32_t port_read(uint16_t port) {
  if (port == PVPANIC_PORT) return PVPANIC_PANICKED;
  return UINT32_MAX; /* nobody drives the bus */
}

/* An exit for one port, with several values if the instruction was a string's. */
static void handle_port(machine* vm) {
  const struct kvm_run* run = vm->run;
  uint8_t* data = (uint8_t*)vm->run + run->io.data_offset;
  for (uint32_t i = 0; i < run->io.count; ++i, data += run->io.size) {
    uint32_t value = 0; /* little-endian, as the host is */
    if (run->io.direction == KVM_EXIT_IO_OUT) {
      memcpy(&value, data, run->io.size);
      port_write(vm, run->io.port, value);
    } else {
      value = port_read(run->io.port);
      memcpy(data, &value, run->io.size);
    }
  }
}

/* --- the vCPU's thread -------------------------------------------------------------------------------- */

static void fail(const char* what, const char* why) {
  fprintf(stderr, "kvm_vmm: %s: %s\n", what, why);
  exit(1);
}

static void run_guest(machine* vm) {
  for (;;) {
    if (ioctl(vm->vcpu, KVM_RUN, 0) != 0) {
      if (errno == EINTR) continue;
      fail("KVM_RUN", strerror(errno));
    }
    switch (vm->run->exit_reason) {
      case KVM_EXIT_IO:
        handle_port(vm);
        break;
      case KVM_EXIT_HLT: /* with interrupts off: nothing can wake it */
        return;
      default:
        fail("KVM_RUN", "an exit that this machine does not know");
    }
  }
}

static void* vcpu_thread(void* user_data) {
  machine* vm = user_data;
  run_guest(vm);
  qmpev_hook_shutdown(vm->emitter, QMPEV_SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
  /* The last words: waits for the main thread to write them. From that thread it would be
   * qmpev_server_flush_within(). */
  if (qmpev_emitter_flush(vm->emitter, LAST_WORDS_MS) != QMPEV_FLUSH_DONE)
    fprintf(stderr, "kvm_vmm: a client did not read its last events\n");
  if (eventfd_write(vm->ended, 1) != 0) fail("eventfd", strerror(errno));
  return NULL;
}

/* --- KVM ---------------------------------------------------------------------------------------------- */

static int must(int result, const char* what) {
  if (result < 0) fail(what, strerror(errno));
  return result;
}

static void* map(size_t bytes, int flags, int fd) {
  void* memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
  if (memory == MAP_FAILED) fail("mmap", strerror(errno));
  return memory;
}

static void give_memory(int vm_fd) {
  struct kvm_userspace_memory_region region = {.guest_phys_addr = GUEST_ADDRESS, .memory_size = GUEST_BYTES};
  void* memory = map(GUEST_BYTES, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  memcpy(memory, guest_code, sizeof guest_code);
  region.userspace_addr = (uintptr_t)memory;
  must(ioctl(vm_fd, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
}

/* Real mode is what a processor starts in; only where it starts is ours. */
static void set_registers(int vcpu) {
  struct kvm_sregs segments;
  struct kvm_regs registers = {.rip = GUEST_ADDRESS, .rflags = 2};
  must(ioctl(vcpu, KVM_GET_SREGS, &segments), "KVM_GET_SREGS");
  segments.cs.base = 0;
  segments.cs.selector = 0;
  must(ioctl(vcpu, KVM_SET_SREGS, &segments), "KVM_SET_SREGS");
  must(ioctl(vcpu, KVM_SET_REGS, &registers), "KVM_SET_REGS");
}

/* What is opened and mapped here lives as long as the process. */
static void make_vcpu(machine* vm) {
  int kvm =
      must(open("/dev/kvm", O_RDWR | O_CLOEXEC), "/dev/kvm (does the host have it, and may you use it?)");
  int vm_fd = must(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
  give_memory(vm_fd);
  vm->vcpu = must(ioctl(vm_fd, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
  set_registers(vm->vcpu);
  vm->run = map((size_t)must(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE"), MAP_SHARED,
                vm->vcpu);
}

/* --- the main thread: the server's loop --------------------------------------------------------------- */

/* Waits until the server or `ended` has something, and serves. 1: it was `ended`. */
static int serve_once(qmpev_server* server, int ended) {
  struct pollfd waiting[2] = {{.events = POLLIN}, {.events = POLLIN}};
  waiting[0].fd = qmpev_server_get_fd(server);
  waiting[1].fd = ended;
  if (poll(waiting, 2, -1) < 0 && errno != EINTR) fail("poll", strerror(errno));
  qmpev_server_dispatch(server); /* what it leaves keeps its descriptor readable */
  return (waiting[1].revents & POLLIN) != 0;
}

static uint64_t negotiated(const qmpev_server* server) {
  qmpev_statistics statistics = {.size = sizeof statistics};
  if (qmpev_server_get_statistics(server, &statistics) != 0) fail("statistics", qmpev_last_error());
  return statistics.sessions_in_command;
}

int main(int argc, char** argv) {
  machine vm = {.hotplug = {.device = {NULL, "dimm1"}}};
  pthread_t thread;
  qmpev_server* server;
  uint64_t clients = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
  if (argc != 2 && argc != 3) fail("usage", "kvm_vmm SOCKET [CLIENTS]");
  make_vcpu(&vm);
  vm.ended = must(eventfd(0, EFD_CLOEXEC), "eventfd");

  server = qmpev_server_new(NULL); /* this thread is its loop thread from now on */
  if (server == NULL || qmpev_server_listen_unix(server, argv[1], QMPEV_WIRE_QEMU) != 0)
    fail("the monitor", qmpev_last_error()); /* a sentence that says what to do */
  vm.emitter = vm.hotplug.emitter = qmpev_server_get_emitter(server);

  while (negotiated(server) < clients) serve_once(server, vm.ended);
  if (pthread_create(&thread, NULL, vcpu_thread, &vm) != 0) fail("pthread_create", "no thread for the vCPU");
  while (!serve_once(server, vm.ended)) continue;

  pthread_join(thread, NULL);
  qmpev_server_free(server); /* ends the sessions, removes the socket; an emitter may outlive it */
  qmpev_emitter_unref(vm.emitter);
  return 0;
}
