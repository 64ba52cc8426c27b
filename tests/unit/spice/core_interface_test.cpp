// SPDX-License-Identifier: MIT
#include "spice/core_interface.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/unique_fd.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

struct Unref {
  void operator()(GMainContext* its_context) const noexcept { g_main_context_unref(its_context); }
};

struct Rig {
  bool turn(bool wait = false) {
    return g_main_context_iteration(context.get(), wait ? TRUE : FALSE) != FALSE;
  }
  SpiceCoreInterface& table() { return *core->table(); }

  test::RecordingEmitter recorder;
  qmpev::SpiceServer server{recorder.emitter, {"none"}};
  ChannelEvents events{server};
  std::unique_ptr<GMainContext, Unref> context{g_main_context_new()};
  std::unique_ptr<CoreInterface> core = CoreInterface::claim(context.get(), events);
};

/// A timer or watch that does what it is told to when it is called.
struct Called {
  SpiceCoreInterface& table;
  int times = 0;
  int last_events = 0;
  SpiceTimer* timer = nullptr;
  SpiceWatch* watch = nullptr;
};

void count_time(void* opaque) {
  ++static_cast<Called*>(opaque)->times;
}
void start_again(void* opaque) {
  auto& called = *static_cast<Called*>(opaque);
  if (++called.times < 3) called.table.timer_start(called.timer, 0);
}
void remove_timer(void* opaque) {
  auto& called = *static_cast<Called*>(opaque);
  ++called.times;
  called.table.timer_remove(called.timer);
}
void count_events(int, int events, void* opaque) {
  auto& called = *static_cast<Called*>(opaque);
  ++called.times;
  called.last_events = events;
}
void remove_watch(int, int, void* opaque) {
  auto& called = *static_cast<Called*>(opaque);
  ++called.times;
  called.table.watch_remove(called.watch);
}

struct Pair {
  Pair() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
    ours.reset(ends[0]);
    theirs.reset(ends[1]);
  }
  UniqueFd ours, theirs;
};

}  // namespace

TEST_CASE("there is one core interface at a time", "[spice]") {
  Rig rig;
  REQUIRE(rig.core);
  CHECK(CoreInterface::claim(rig.context.get(), rig.events) == nullptr);
  rig.core.reset();
  CHECK(CoreInterface::claim(rig.context.get(), rig.events) != nullptr);
}

TEST_CASE("a timer fires once for each start, and may start or remove itself", "[spice]") {
  Rig rig;
  Called once{rig.table()}, thrice{rig.table()}, gone{rig.table()}, never{rig.table()};
  once.timer = rig.table().timer_add(count_time, &once);
  thrice.timer = rig.table().timer_add(start_again, &thrice);
  gone.timer = rig.table().timer_add(remove_timer, &gone);
  never.timer = rig.table().timer_add(count_time, &never);
  for (Called* each : {&once, &thrice, &gone, &never}) rig.table().timer_start(each->timer, 0);
  rig.table().timer_cancel(never.timer);
  while (rig.turn()) {
  }
  CHECK(once.times == 1);
  CHECK(thrice.times == 3);
  CHECK(gone.times == 1);
  CHECK(never.times == 0);
  CHECK(rig.core->timers.size() == 3);
  rig.table().timer_remove(nullptr);
}

TEST_CASE("a watch is told what it asked for", "[spice]") {
  Rig rig;
  Pair pair;
  Called called{rig.table()};
  called.watch = rig.table().watch_add(pair.ours.get(), SPICE_WATCH_EVENT_READ, count_events, &called);
  CHECK_FALSE(rig.turn());
  REQUIRE(::write(pair.theirs.get(), "x", 1) == 1);
  CHECK(rig.turn());
  CHECK(called.last_events == SPICE_WATCH_EVENT_READ);
  rig.table().watch_update_mask(called.watch, SPICE_WATCH_EVENT_READ | SPICE_WATCH_EVENT_WRITE);
  CHECK(rig.turn());
  CHECK(called.last_events == (SPICE_WATCH_EVENT_READ | SPICE_WATCH_EVENT_WRITE));
  rig.table().watch_update_mask(called.watch, 0);
  CHECK_FALSE(rig.turn());
  CHECK(called.times == 2);
}

TEST_CASE("an error is told to a watch that only writes, since nothing else will come", "[spice]") {
  Rig rig;
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  const char full[4096] = {};
  while (::write(writer.get(), full, sizeof full) > 0) {
  }
  Called called{rig.table()};
  called.watch = rig.table().watch_add(writer.get(), SPICE_WATCH_EVENT_WRITE, count_events, &called);
  CHECK_FALSE(rig.turn());
  reader.reset();  // the pipe stays full: it is not writable, and never will be
  CHECK(rig.turn());
  CHECK(called.last_events == SPICE_WATCH_EVENT_WRITE);
}

TEST_CASE("a watch may remove itself, and what is left goes with the interface", "[spice]") {
  Rig rig;
  Pair pair;
  Called gone{rig.table()}, left{rig.table()};
  gone.watch = rig.table().watch_add(pair.ours.get(), SPICE_WATCH_EVENT_WRITE, remove_watch, &gone);
  left.watch = rig.table().watch_add(pair.theirs.get(), SPICE_WATCH_EVENT_READ, count_events, &left);
  rig.turn();
  CHECK_FALSE(rig.turn());
  CHECK(gone.times == 1);
  CHECK(rig.core->watches.size() == 1);
  rig.core.reset();
  REQUIRE(::write(pair.ours.get(), "x", 1) == 1);
  CHECK_FALSE(rig.turn());
  CHECK(left.times == 0);
}

TEST_CASE("a channel's event reaches the model", "[spice]") {
  Rig rig;
  SpiceChannelEventInfo info{};
  rig.table().channel_event(SPICE_CHANNEL_EVENT_CONNECTED, &info);
  CHECK(rig.server.connections().size() == 1);
}
