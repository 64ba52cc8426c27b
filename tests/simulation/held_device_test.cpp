// SPDX-License-Identifier: MIT
// A device that finds no room between the threads, held at each mark on its way in turn while the loop goes
// on up to its sleep: whatever the device leaves behind afterwards wakes the loop. Chance seldom comes to a
// refusal that is the only one, held at the only place that matters; here are all places. Single thread.
#include <poll.h>

#include <functional>

#include <catch2/catch.hpp>

#include "simulation/threads.hpp"
#include "support/recording_sink.hpp"
#include "support/take_wake.hpp"

namespace qmpev::simulation {
namespace {

constexpr EventKind kKind = EventKind::balloon_change;
constexpr std::uint32_t kIntervalMs = 1'000;
constexpr int kMaxRounds = 100;

struct Rig : test::RecordingEmitter {
  /// A ring in which there is no room for one more of the kind, and nothing that was not told.
  Rig() : RecordingEmitter(kMinRingBytes) {
    core->set_rate_limit(kKind, 0);
    while (refused() == 0) emitter.emit(BalloonChange{0});
    const std::uint64_t share = counters(kKind).in_ring;
    sleep();
    for (std::uint64_t i = 0; i < share; ++i) emitter.emit(BalloonChange{0});
    REQUIRE(refused() == 1);
  }

  std::uint64_t refused() const { return counters(kKind).refused_ring_share; }
  std::uint64_t told() const {
    std::uint64_t sum = 0;
    for (const auto& [kind, count] : sink.gaps) sum += count;
    return sum;
  }
  bool woken() const {
    pollfd wake{core->wake_fd(), POLLIN, 0};
    return asleep && ::poll(&wake, 1, 0) > 0;
  }
  /// The loop, from whatever woke it. `meanwhile` happens when it has done its work.
  void sleep(const std::function<void()>& meanwhile = [] {}) {
    for (int rounds = 0; rounds < kMaxRounds; ++rounds) {
      core->awake();
      test::take_wake(core->wake_fd());
      core->settle(sink);
      meanwhile();
      asleep = core->try_sleep();
      if (asleep) return;
    }
    FAIL("the loop never sleeps");
  }

  bool asleep = false;
};

/// When a device that is held goes on.
enum class Until { work_done, asleep, window_ended, given_up };

/// One event of a device held at its mark number `mark`, if it has so many.
bool emit_held(Rig& rig, int mark, Until until) {
  Dice dice(1);
  Threads threads(1, 1, 0, dice);  // held at every mark
  threads.run([&rig] { rig.emitter.emit(BalloonChange{1}); }, [] {});
  while (threads.busy() && --mark > 0) threads.resume_one();
  const bool held = threads.busy();
  if (until == Until::given_up) threads.wait_in_vain();
  rig.sleep([&threads, until] {
    if (until == Until::work_done) threads.finish();
  });
  if (until == Until::window_ended) {
    rig.clock.advance_us(kIntervalMs * 1'000);
    rig.sleep();
  }
  threads.finish();
  return held;
}

}  // namespace

TEST_CASE("whatever a held device leaves behind wakes the loop", "[simulation]") {
  const std::uint32_t interval_ms = GENERATE(0u, kIntervalMs);
  const Until until = GENERATE(Until::work_done, Until::asleep, Until::window_ended);
  bool held = true;
  for (int mark = 1; held; ++mark) {
    INFO("interval " << interval_ms << " ms, held at mark " << mark << ", until " << static_cast<int>(until));
    Rig rig;
    rig.core->set_rate_limit(kKind, interval_ms);
    held = emit_held(rig, mark, until);
    if (rig.woken()) rig.sleep();
    CHECK(rig.told() == rig.refused());
    CHECK(rig.counters(kKind).in_ring == 0);
    CHECK((rig.counters(kKind).pending == 0 || rig.core->next_deadline_ns() != INT64_MAX));
    CHECK(rig.core->try_sleep());  // nothing is left that it would have had to see
    REQUIRE(mark < kMaxRounds);
  }
}

TEST_CASE("a held device's record is found without its wake", "[simulation]") {
  bool held = true, waited_for = false;
  for (int mark = 1; held; ++mark) {
    INFO("held at mark " << mark);
    Rig rig;
    rig.sleep();  // now there is room
    rig.sink.records.clear();
    held = emit_held(rig, mark, Until::given_up);
    const std::int64_t deadline_ns = rig.core->next_deadline_ns();
    if (deadline_ns == INT64_MAX) continue;  // it had no place yet, or its record was whole
    waited_for = true;
    CHECK(deadline_ns == rig.clock.monotonic_ns() + 1'000'000);
    CHECK(rig.sink.records.empty());
    rig.sleep();
    CHECK(rig.sink.records.size() == 1);
    CHECK(rig.core->next_deadline_ns() == INT64_MAX);
    REQUIRE(mark < kMaxRounds);
  }
  CHECK(waited_for);
}

TEST_CASE("the loop does not sleep while a device has a place in the ring", "[simulation]") {
  bool held = true, had_place = false;
  for (int mark = 1; held; ++mark) {
    INFO("held at mark " << mark);
    Rig rig;
    rig.sleep();
    Dice dice(1);
    Threads threads(1, 1, 0, dice);
    threads.run([&rig] { rig.emitter.emit(BalloonChange{1}); }, [] {});
    for (int left = mark; threads.busy() && --left > 0;) threads.resume_one();
    held = threads.busy();
    Statistics statistics;
    rig.core->read_statistics(statistics);
    const bool has_place = statistics.ring_bytes_in_use != 0;
    had_place |= held && has_place;
    CHECK(rig.core->try_sleep() == !has_place);
    threads.finish();
    REQUIRE(mark < kMaxRounds);
  }
  CHECK(had_place);
}

TEST_CASE("a device held in the middle of a merge holds up nobody, and nothing is lost or doubled",
          "[simulation]") {
  bool held = true;
  for (int mark = 1; held; ++mark) {
    INFO("held at mark " << mark);
    Rig rig;
    rig.sleep();
    rig.core->set_rate_limit(kKind, kIntervalMs);
    rig.sleep();
    const std::uint64_t before = rig.counters(kKind).emitted;
    const auto emit = [&rig](std::int64_t actual) { rig.emitter.emit(BalloonChange{actual}); };
    const auto end_window = [&rig] {
      rig.clock.advance_us(kIntervalMs * 1'000);
      rig.sleep();
    };
    for (std::int64_t actual = 1; actual <= 3; ++actual) emit(actual);  // opens, waits, is merged
    rig.sleep();
    rig.sink.records.clear();
    Dice dice(1);
    Threads threads(1, 1, 0, dice);
    threads.run([&emit] { emit(4); }, [] {});
    for (int left = mark; threads.busy() && --left > 0;) threads.resume_one();
    held = threads.busy();
    for (std::int64_t actual = 5; actual <= 7; ++actual) emit(actual);
    end_window();
    REQUIRE(rig.sink.records.size() == 1);
    CHECK(rig.sink.records[0].line[1].find("\"actual\": 7") != std::string::npos);
    threads.finish();
    for (std::int64_t actual = 8; actual <= 10; ++actual) emit(actual);
    end_window();
    end_window();
    CHECK(rig.sink.records.back().line[1].find("\"actual\": 10}") != std::string::npos);
    const EventCounters counters = rig.counters(kKind);
    CHECK(counters.emitted - before == 10);
    CHECK(counters.unlimited_keys == 0);
    CHECK(counters.pending == 0);
    CHECK(test::adds_up(counters));
    REQUIRE(mark < kMaxRounds);
  }
}

}  // namespace qmpev::simulation
