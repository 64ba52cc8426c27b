// SPDX-License-Identifier: MIT
// The parts of the way of an event, each behind a function of its own, so that callgrind can be told to count
// in there and nowhere else (count_instructions.py).
//
// usage: counted_parts PART COUNT
#include <cstdlib>
#include <cstring>
#include <iterator>

#include "bench/emitter_rig.hpp"
#include "bench/taken_in_turn.hpp"

using namespace qmpev;
using namespace qmpev::bench;

namespace {

constexpr int kBurst = 500;  // of the longest records here: less than a quarter of the ring
constexpr BalloonChange kBalloon{944766976};

SpiceInitialized initialized() {
  SpiceInitialized event{};
  event.server = {"127.0.0.1", "5920", NetworkAddressFamily::ipv4, "spice"};
  event.client = {"127.0.0.1", "52873", NetworkAddressFamily::ipv4, 1804289383, 1, 0, true};
  return event;
}

}  // namespace

// Counted: these and what they call. Not inlined, and with names as they stand here.
extern "C" {
__attribute__((noinline)) void counted_emit_guest_panicked(const Emitter& emitter) {
  emitter.emit(GuestPanicked{GuestPanicAction::pause, {}});
}
__attribute__((noinline)) void counted_emit_balloon_change(const Emitter& emitter) {
  emitter.emit(kBalloon);
}
__attribute__((noinline)) void counted_emit_spice_initialized(const Emitter& emitter) {
  emitter.emit(initialized());
}
__attribute__((noinline)) void counted_settle(EmitterRig& rig) {
  rig.core->settle(rig.sink);
}
__attribute__((noinline)) void counted_dispatch(Server& server) {
  server.dispatch();
}
}

namespace {

void emit_all(int count, void (*emit)(const Emitter&), bool heard = true, bool merged = false) {
  EmitterRig rig;
  rig.core->set_listening(heard);
  if (merged) {
    rig.core->set_rate_limit(EventKind::balloon_change, kMaxRateLimitMs);
    rig.emitter.emit(BalloonChange{1});
  }
  for (int done = 0; done < count; ++done) {
    if (done % kBurst == 0) counted_settle(rig);
    emit(rig.emitter);
  }
  if (rig.sink.refused) std::abort();
}

void emit_guest_panicked(int count) {
  emit_all(count, counted_emit_guest_panicked);
}
void emit_balloon_change(int count) {
  emit_all(count, counted_emit_balloon_change);
}
void emit_merged(int count) {
  emit_all(count, counted_emit_balloon_change, true, true);
}
void emit_spice_initialized(int count) {
  emit_all(count, counted_emit_spice_initialized);
}
void emit_unheard(int count) {
  emit_all(count, counted_emit_guest_panicked, false);
}

void dispatch_to(int clients, int count) {
  TakenInTurn chain(clients);
  chain.deliver(count, counted_dispatch);
}
void dispatch_to_one(int count) {
  dispatch_to(1, count);
}
void dispatch_to_eight(int count) {
  dispatch_to(8, count);
}

struct Part {
  const char* name;
  void (*play)(int count);
};

constexpr Part kParts[] = {
    {"emit-guest-panicked", emit_guest_panicked},
    {"emit-balloon-change", emit_balloon_change},
    {"emit-merged", emit_merged},
    {"emit-spice-initialized", emit_spice_initialized},
    {"emit-unheard", emit_unheard},
    {"dispatch-to-one", dispatch_to_one},
    {"dispatch-to-eight", dispatch_to_eight},
};

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  for (const Part& part : kParts) {
    if (std::strcmp(part.name, words[1]) != 0) continue;
    part.play(std::atoi(words[2]));
    return 0;
  }
  return 2;
}
