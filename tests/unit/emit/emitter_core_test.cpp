// SPDX-License-Identifier: MIT
// The emitter as a whole on a fake clock: QEMU's observed rate limiting, and where every event ends.
#include "emit/emitter_core.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;
using test::adds_up;
using test::RecordingEmitter;

namespace {

constexpr std::int64_t kMs = 1'000;  // in microseconds

std::int64_t actual_of(const std::string& line) {
  const std::string name = "\"actual\": ";
  return std::stoll(line.substr(line.find(name) + name.size()));
}

std::int64_t stamp_us_of(const std::string& line) {
  const auto number = [&line](const std::string& name) {
    return std::stoll(line.substr(line.find(name) + name.size()));
  };
  return number("\"seconds\": ") * 1'000'000 + number("\"microseconds\": ");
}

struct Delivery {
  std::int64_t at_ms;       ///< when it was published
  std::int64_t created_ms;  ///< its stamp
  std::int64_t actual;
  bool operator==(const Delivery& other) const {
    return at_ms == other.at_ms && created_ms == other.created_ms && actual == other.actual;
  }
};
std::ostream& operator<<(std::ostream& out, const Delivery& d) {
  return out << d.actual << " made at " << d.created_ms << " ms, out at " << d.at_ms << " ms";
}

struct Write {
  std::int64_t at_ms;
  std::int64_t actual;
};

/// Plays balloon writes on the fake clock, one millisecond a step, and tells what came out when.
std::vector<Delivery> play(const std::vector<Write>& writes, std::int64_t until_ms) {
  RecordingEmitter rig;
  const std::int64_t start_us = rig.clock.wall_us();
  std::vector<Delivery> deliveries;
  std::size_t next = 0;
  for (std::int64_t ms = 0; ms <= until_ms; ++ms) {
    for (; next < writes.size() && writes[next].at_ms == ms; ++next) {
      rig.emitter.emit(BalloonChange{writes[next].actual});
    }
    rig.core->settle(rig.sink);
    for (const auto& record : rig.sink.records) {
      const std::string& line = record.line[1];
      deliveries.push_back({ms, (stamp_us_of(line) - start_us) / kMs, actual_of(line)});
    }
    rig.sink.records.clear();
    rig.clock.advance_us(kMs);
  }
  CHECK(adds_up(rig.counters(EventKind::balloon_change)));
  return deliveries;
}

QuorumReportBad bad(std::string_view node, QuorumOpType type) {
  return {type, {}, node, 0, 1};
}

}  // namespace

TEST_CASE("a single change goes out at once", "[emit]") {
  CHECK(play({{0, 1}}, 3'000) == std::vector<Delivery>{{0, 0, 1}});
}

TEST_CASE("a burst delivers the first now and the latest at the window's end with its own stamp", "[emit]") {
  CHECK(play({{0, 1}, {0, 2}, {1, 3}, {1, 4}, {2, 5}}, 3'000) ==
        std::vector<Delivery>{{0, 0, 1}, {1'000, 2, 5}});
}

TEST_CASE("a burst that returns to its first value still delivers it", "[emit]") {
  CHECK(play({{0, 1}, {5, 2}, {6, 1}}, 3'000) == std::vector<Delivery>{{0, 0, 1}, {1'000, 6, 1}});
}

TEST_CASE("a steady stream is delivered once a second, each time the latest", "[emit]") {
  std::vector<Write> writes;
  for (int i = 0; i <= 13; ++i)
    writes.push_back({300 * i + (i >= 10 ? 1 : 0), i});  // none at a window's very end
  CHECK(play(writes, 6'000) ==
        std::vector<Delivery>{
            {0, 0, 0}, {1'000, 900, 3}, {2'000, 1'800, 6}, {3'000, 2'700, 9}, {4'000, 3'901, 13}});
}

TEST_CASE("a delayed delivery opens the next window; a quiet window is forgotten", "[emit]") {
  CHECK(play({{0, 1}, {500, 2}, {1'400, 3}}, 4'000) ==
        std::vector<Delivery>{{0, 0, 1}, {1'000, 500, 2}, {2'000, 1'400, 3}});
  CHECK(play({{0, 1}, {1'100, 2}}, 4'000) == std::vector<Delivery>{{0, 0, 1}, {1'100, 1'100, 2}});
}

TEST_CASE("windows are measured on the monotonic clock: a wall clock stepping back changes stamps only",
          "[emit]") {
  RecordingEmitter rig;
  rig.emitter.emit(BalloonChange{1});
  rig.core->settle(rig.sink);
  rig.clock.wall -= 3'600'000'000;
  rig.emitter.emit(BalloonChange{2});
  rig.clock.monotonic += 999'999'999;
  CHECK(rig.lines(WireForm::qemu).size() == 1);
  rig.clock.monotonic += 1;
  const auto lines = rig.lines(WireForm::qemu);
  REQUIRE(lines.size() == 2);
  CHECK(stamp_us_of(lines[1]) < stamp_us_of(lines[0]));
}

TEST_CASE("as many keys have a window as the emitter was given; events of others pass and are counted",
          "[emit]") {
  RecordingEmitter rig(std::size_t{1} << 20, 2);
  for (const char* node : {"a", "b", "c"}) {
    for (int i = 0; i < 3; ++i) rig.emitter.emit(bad(node, QuorumOpType::read));
  }
  CHECK(rig.lines(WireForm::qemu).size() == 1 + 1 + 3);
  CHECK(rig.counters(EventKind::quorum_report_bad).unlimited_keys == 3);
}

TEST_CASE("quorum reports have a window per node, whatever the type; failures per reference", "[emit]") {
  RecordingEmitter rig;
  rig.emitter.emit(bad("c0", QuorumOpType::read));
  rig.emitter.emit(bad("c0", QuorumOpType::write));
  rig.emitter.emit(bad("c1", QuorumOpType::read));
  rig.emitter.emit(QuorumFailure{"q0", 0, 1});
  rig.emitter.emit(QuorumFailure{"q1", 0, 1});
  rig.emitter.emit(QuorumFailure{"q0", 8, 1});
  CHECK(rig.lines(WireForm::qemu).size() == 4);
  rig.clock.advance_us(1'000 * kMs);
  const auto lines = rig.lines(WireForm::qemu);
  REQUIRE(lines.size() == 6);
  // Windows that end together end in the order of their kinds.
  CHECK(lines[4].find("\"sector-num\": 8") != std::string::npos);
  CHECK(lines[5].find("\"type\": \"write\"") != std::string::npos);
}

TEST_CASE("events without a limit are never merged", "[emit]") {
  RecordingEmitter rig;
  for (int i = 0; i < 100; ++i) rig.emitter.emit(GuestPanicked{GuestPanicAction::pause, {}});
  CHECK(rig.lines(WireForm::qemu).size() == 100);
}

TEST_CASE("with nobody to hear an event without a limit does not even read the clock", "[emit]") {
  RecordingEmitter rig;
  rig.core->set_listening(false);
  rig.emitter.emit(GuestPanicked{GuestPanicAction::pause, {}});
  CHECK(rig.clock.wall_reads == 0);
  CHECK(rig.counters(EventKind::guest_panicked).skipped == 1);
  CHECK(rig.lines(WireForm::qemu).empty());
  rig.core->set_listening(true);
  rig.emitter.emit(GuestPanicked{GuestPanicAction::pause, {}});
  CHECK(rig.clock.wall_reads == 1);
  CHECK(adds_up(rig.counters(EventKind::guest_panicked)));
}

TEST_CASE("a rate window runs with nobody to hear: who comes inside it receives the delayed event",
          "[emit]") {
  RecordingEmitter rig;
  rig.core->set_listening(false);
  rig.emitter.emit(BalloonChange{1});
  rig.emitter.emit(BalloonChange{2});
  rig.core->settle(rig.sink);
  rig.core->set_listening(true);
  rig.sink.records.clear();
  rig.clock.advance_us(1'000 * kMs);
  const auto lines = rig.lines(WireForm::qemu);
  REQUIRE(lines.size() == 1);
  CHECK(actual_of(lines[0]) == 2);
}

TEST_CASE("forms nobody listens to are not encoded, equal forms once", "[emit]") {
  RecordingEmitter rig;
  rig.emitter.emit(GuestPanicked{GuestPanicAction::pause, {}});
  rig.emitter.emit(SpiceConnected{});
  rig.emitter.emit(AcpiDeviceOst{{}, "0", AcpiSlotType::dimm, 1, 2});
  rig.core->settle(rig.sink);
  REQUIRE(rig.sink.records.size() == 3);
  CHECK(rig.sink.records[1].same_storage);
  CHECK_FALSE(rig.sink.records[2].same_storage);
  CHECK(rig.sink.records[2].line[0] != rig.sink.records[2].line[1]);

  RecordingEmitter one;
  auto core = std::make_shared<EmitterCore>(one.clock, kMinRingBytes, UniqueFd(eventfd(0, EFD_CLOEXEC)));
  core->set_form_wanted(WireForm::qemu);
  core->set_listening(true);
  Emitter(core).emit(SpiceConnected{});
  core->settle(one.sink);
  REQUIRE(one.sink.records.size() == 1);
  CHECK(one.sink.records[0].line[0].empty());
  CHECK_FALSE(one.sink.records[0].line[1].empty());
}

TEST_CASE("an identifier over its limit refuses the event, counted", "[emit]") {
  RecordingEmitter rig;
  const std::string fits(255, 'n'), over(256, 'n');
  rig.emitter.emit(bad(fits, QuorumOpType::read));
  rig.emitter.emit(bad(over, QuorumOpType::read));
  CHECK(rig.lines(WireForm::qemu).size() == 1);
  const EventCounters counters = rig.counters(EventKind::quorum_report_bad);
  CHECK(counters.refused_oversize == 1);
  CHECK(adds_up(counters));
}

TEST_CASE("a flood is refused at its share, another kind passes, and the sink learns of the gap", "[emit]") {
  RecordingEmitter rig(kMinRingBytes);
  for (int i = 0; i < 1'000; ++i) rig.emitter.emit(GuestPanicked{GuestPanicAction::pause, {}});
  rig.emitter.emit(Stop{});
  const EventCounters flood = rig.counters(EventKind::guest_panicked);
  CHECK(flood.refused_ring_share > 0);
  CHECK(flood.in_ring + flood.refused_ring_share + flood.refused_ring_full == 1'000);
  CHECK(rig.counters(EventKind::stop).in_ring == 1);
  rig.core->settle(rig.sink);
  REQUIRE(rig.sink.gaps.size() == 1);
  CHECK(rig.sink.gaps[0].first == EventKind::guest_panicked);
  CHECK(rig.sink.gaps[0].second == flood.refused_ring_share + flood.refused_ring_full);
  rig.core->settle(rig.sink);
  CHECK(rig.sink.gaps.size() == 1);
  CHECK(adds_up(rig.counters(EventKind::guest_panicked)));
  CHECK(rig.counters(EventKind::guest_panicked).in_ring == 0);
}

TEST_CASE("a limited event that finds the ring full waits instead, and is not lost", "[emit]") {
  RecordingEmitter rig(kMinRingBytes);
  // The kind fills its own share while it has no limit.
  rig.core->set_rate_limit(EventKind::balloon_change, 0);
  for (int i = 0; i < 1'000; ++i) rig.emitter.emit(BalloonChange{i});
  REQUIRE(rig.counters(EventKind::balloon_change).refused_ring_share > 0);
  rig.core->set_rate_limit(EventKind::balloon_change, 1'000);
  rig.emitter.emit(BalloonChange{42});  // the first of its window
  const EventCounters before = rig.counters(EventKind::balloon_change);
  REQUIRE(before.pending == 1);
  rig.core->settle(rig.sink);
  rig.sink.records.clear();
  rig.clock.advance_us(1'000 * kMs);
  const auto lines = rig.lines(WireForm::qemu);
  REQUIRE(lines.size() == 1);
  CHECK(actual_of(lines[0]) == 42);
  for (const auto& counters : rig.statistics().events) CHECK(adds_up(counters));
}

TEST_CASE("a rate limit can be changed, switched off, and given to a kind that has none", "[emit]") {
  RecordingEmitter rig;
  rig.emitter.emit(BalloonChange{1});
  rig.emitter.emit(BalloonChange{2});
  CHECK(rig.lines(WireForm::qemu).size() == 1);
  rig.core->set_rate_limit(EventKind::balloon_change, 0);
  CHECK(rig.lines(WireForm::qemu).size() == 2);  // what waited comes at once
  rig.emitter.emit(BalloonChange{3});
  rig.emitter.emit(BalloonChange{4});
  CHECK(rig.lines(WireForm::qemu).size() == 4);
  rig.core->set_rate_limit(EventKind::stop, 200);
  rig.emitter.emit(Stop{});
  rig.emitter.emit(Stop{});
  CHECK(rig.lines(WireForm::qemu).size() == 5);
  rig.clock.advance_us(200 * kMs);
  CHECK(rig.lines(WireForm::qemu).size() == 6);
  for (const auto& counters : rig.statistics().events) CHECK(adds_up(counters));
}

TEST_CASE("what waits can be flushed early or discarded, and both are counted", "[emit]") {
  RecordingEmitter rig;
  for (int i = 0; i < 3; ++i) rig.emitter.emit(BalloonChange{i});
  SECTION("flushed") {
    rig.core->flush_delayed(rig.sink);
    CHECK(rig.sink.records.size() == 2);
    CHECK(rig.counters(EventKind::balloon_change).published == 2);
  }
  SECTION("discarded") {
    rig.core->discard_delayed();
    rig.clock.advance_us(5'000 * kMs);
    CHECK(rig.lines(WireForm::qemu).size() == 1);
    CHECK(rig.counters(EventKind::balloon_change).discarded == 1);
  }
  CHECK(adds_up(rig.counters(EventKind::balloon_change)));
}

TEST_CASE("what opened a window comes before what waits in it, also when both came during the call",
          "[emit]") {
  /// A device that emits when the loop has drained the ring and is telling the gaps.
  class Intruder final : public EventSink {
   public:
    explicit Intruder(const Emitter& emitter) : emitter_(emitter) {}
    void publish(const EventLine& event) noexcept override {
      if (event.kind == EventKind::balloon_change) actual.push_back(actual_of(std::string(event.line[1])));
    }
    void gap(EventKind, std::uint64_t) noexcept override {
      for (int i = 1; i <= 3; ++i) emitter_.emit(BalloonChange{i});
    }
    std::vector<std::int64_t> actual;

   private:
    const Emitter& emitter_;
  };
  RecordingEmitter rig(kMinRingBytes);
  while (rig.counters(EventKind::stop).refused_ring_share == 0) rig.emitter.emit(Stop{});
  Intruder intruder(rig.emitter);
  rig.core->flush_delayed(intruder);
  CHECK(intruder.actual == std::vector<std::int64_t>{1, 3});
}

TEST_CASE("after the end emit only counts", "[emit]") {
  RecordingEmitter rig;
  rig.core->close();
  rig.emitter.emit(Stop{});
  rig.emitter.emit(BalloonChange{1});
  CHECK(rig.lines(WireForm::qemu).empty());
  CHECK(rig.counters(EventKind::stop).after_end == 1);
  CHECK(rig.counters(EventKind::balloon_change).after_end == 1);
  CHECK(rig.clock.wall_reads == 0);
}

TEST_CASE("the loop does not sleep over work, and knows when to come back", "[emit]") {
  RecordingEmitter rig;
  CHECK(rig.core->try_sleep());
  rig.core->awake();
  rig.emitter.emit(Stop{});
  CHECK_FALSE(rig.core->try_sleep());
  CHECK(rig.core->next_deadline_ns() == INT64_MAX);
  rig.emitter.emit(BalloonChange{1});
  CHECK(rig.lines(WireForm::qemu).size() == 2);
  CHECK(rig.core->next_deadline_ns() == rig.clock.monotonic_ns() + 1'000'000'000);
  CHECK(rig.core->try_sleep());
}

TEST_CASE("an event emitted before another's call on any thread comes first", "[emit]") {
  // Each thread passes the turn on after its emit returned: the log must show the turns in order.
  constexpr int kThreads = 3;
  constexpr int kTurns = 3'000;
  RecordingEmitter rig(std::size_t{4} << 20);  // all of them fit: nothing is refused, whatever the loop does
  std::atomic<int> turn{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = t; i < kTurns; i += kThreads) {
        while (turn.load(std::memory_order_acquire) != i) std::this_thread::yield();
        const std::string slot = std::to_string(i);
        rig.emitter.emit(AcpiDeviceOst{{}, slot, AcpiSlotType::dimm, 0, 0});
        turn.store(i + 1, std::memory_order_release);
      }
    });
  }
  while (turn.load() < kTurns) rig.core->settle(rig.sink);
  for (auto& thread : threads) thread.join();
  rig.core->settle(rig.sink);
  REQUIRE(rig.sink.records.size() == kTurns);
  for (int i = 0; i < kTurns; ++i) {
    REQUIRE(rig.sink.records[static_cast<std::size_t>(i)].line[1].find("\"slot\": \"" + std::to_string(i) +
                                                                       "\"") != std::string::npos);
  }
}
