// SPDX-License-Identifier: MIT
// What emit may do on the device's thread: no allocation, and no system call but the write that wakes the
// loop. Shown by counting every way to allocate, and by a child process whose kernel kills it for anything
// else.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>

#include <catch2/catch.hpp>

#include "base/clock.hpp"
#include "support/recording_sink.hpp"

namespace {

std::atomic<long> allocations{0};

}  // namespace

// The linker sends every call of malloc and its kin in this program here (--wrap), operator new is replaced
// below.
extern "C" {
void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* memory, std::size_t size);
void* __wrap_malloc(std::size_t size);
void* __wrap_calloc(std::size_t count, std::size_t size);
void* __wrap_realloc(void* memory, std::size_t size);

void* __wrap_malloc(std::size_t size) {
  ++allocations;
  return __real_malloc(size);
}
void* __wrap_calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __real_calloc(count, size);
}
void* __wrap_realloc(void* memory, std::size_t size) {
  ++allocations;
  return __real_realloc(memory, size);
}
}

void* operator new(std::size_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);  // counted by the wrapper
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

using namespace qmpev;

namespace {

/// An emitter on the machine's clock with a small ring, so that every way an event can end is taken.
struct Rig {
  Rig()
      : core(std::make_shared<EmitterCore>(system_clock(), kMinRingBytes,
                                           UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)))),
        emitter(core) {
    core->set_form_wanted(WireForm::document);
    core->set_form_wanted(WireForm::qemu);
    core->set_listening(true);
    core->set_registered_listening(true);
  }
  RegisteredEvent add(EventDeclaration declaration) {
    const auto shape = EventShape::build(std::move(declaration));
    REQUIRE(shape);
    return {core, shape.value(), *core->add_event(shape.value())};
  }
  EventCounters counters(EventKind kind) const {
    Statistics statistics;
    core->read_statistics(statistics);
    return statistics.events[static_cast<std::size_t>(kind)];
  }

  std::shared_ptr<EmitterCore> core;
  Emitter emitter;
  RegisteredEvent plain =
      add({"X_PLAIN", {{"text", EventMember::Type::text}, {"number", EventMember::Type::number}}});
  RegisteredEvent keyed = add({"X_KEYED", {{"id", EventMember::Type::text}}, 1000, "id"});
};

const std::string too_long(256, 'x');
const std::string hostile(255, '\xff');
const std::string keys[] = {"c0", "c1", "c2"};

/// Every event, and every way through emit: passed, opened, stored, merged, refused by the ring, oversize,
/// skipped.
void emit_everything(Rig& rig, int rounds) {
  const Emitter& emitter = rig.emitter;
  rig.core->set_listening(false);
  emitter.emit(Stop{});
  rig.core->set_listening(true);
  for (int i = 0; i < rounds; ++i) {
    emitter.emit(AcpiDeviceOst{hostile, "0", AcpiSlotType::dimm, 3, 0x81});
    emitter.emit(BalloonChange{i});
    emitter.emit(GuestPanicked{GuestPanicAction::pause, GuestPanicInformationHyperV{1, 2, 3, 4, 5}});
    emitter.emit(QuorumFailure{keys[i % 3], 0, 1});
    emitter.emit(QuorumReportBad{QuorumOpType::read, hostile, keys[i % 3], 0, 1});
    emitter.emit(QuorumReportBad{QuorumOpType::read, {}, too_long, 0, 1});
    emitter.emit(SpiceConnected{});
    emitter.emit(SpiceDisconnected{});
    emitter.emit(SpiceInitialized{});
    emitter.emit(Stop{});
    emitter.emit(Resume{});
    emitter.emit(Reset{});
    emitter.emit(Shutdown{});
    emitter.emit(Powerdown{});
    rig.plain.emit({hostile, 0.1});
    rig.plain.emit({too_long, i});
    rig.plain.emit({i});
    rig.keyed.emit({keys[i % 3]});
  }
}

/// From here on this process may write to `fd` and exit; anything else kills it.
bool allow_only_write_to(int fd) {
  const sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(fd), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  sock_fprog program{static_cast<unsigned short>(std::size(filter)), const_cast<sock_filter*>(filter)};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// Runs `body` in a child under the filter; gives the child's wait status.
template <class Body>
int run_confined(Body body) {
  Rig rig;
  const bool slept = rig.core->try_sleep();
  const pid_t child = fork();
  if (child == 0) {
    if (!slept || !allow_only_write_to(rig.core->wake_fd())) _exit(3);
    body(rig);
    syscall(SYS_exit_group, 0);
  }
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

TEST_CASE("emit allocates nothing, whatever becomes of the event", "[emit]") {
  Rig rig;
  emit_everything(rig, 1);
  const long before = allocations;
  emit_everything(rig, 500);
  const long during = allocations - before;
  CHECK(during == 0);
  // All the ways were really taken.
  CHECK(rig.counters(EventKind::guest_panicked).refused_ring_share > 0);
  CHECK(rig.counters(EventKind::quorum_report_bad).merged > 0);
  CHECK(rig.counters(EventKind::quorum_report_bad).refused_oversize > 0);
  CHECK(rig.counters(EventKind::balloon_change).pending == 1);
  CHECK(rig.counters(EventKind::stop).skipped == 2);
  Statistics statistics;
  rig.core->read_statistics(statistics);
  CHECK(statistics.registered_events[0].counters.in_ring > 0);
  CHECK(statistics.registered_events[0].counters.refused_oversize == 501);
  CHECK(statistics.registered_events[0].counters.refused_invalid == 501);
  CHECK(statistics.registered_events[1].counters.merged > 0);
  std::string* proof = new std::string(100, 'x');  // the counter counts
  CHECK(allocations > before);
  delete proof;
}

TEST_CASE("emit makes no system call but the write that wakes the loop", "[emit]") {
  const int status = run_confined([](Rig& rig) {
    emit_everything(rig, 500);
    if (rig.core->wake_fd() < 0) abort();
  });
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("the confinement does confine: any other call ends the process", "[emit]") {
  const int status = run_confined([](Rig&) { syscall(SYS_getppid); });
  CHECK(WIFSIGNALED(status));
  const int other_fd = run_confined([](Rig&) { syscall(SYS_write, 2, "", 0); });
  CHECK(WIFSIGNALED(other_fd));
}
