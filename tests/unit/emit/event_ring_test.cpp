// SPDX-License-Identifier: MIT
#include "emit/event_ring.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"
#include "support/take_wake.hpp"
#include "wire/encoder.hpp"

using namespace qmpev;
using test::RecordingSink;

namespace {

constexpr EventKind kFlood = EventKind::guest_panicked;
constexpr EventKind kRare = EventKind::stop;

UniqueFd wake_fd() {
  return UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

bool readable(int fd) {
  pollfd p{fd, POLLIN, 0};
  return poll(&p, 1, 0) == 1;
}

EventLine both(EventKind kind, std::string_view text) {
  return {kind, {text, text}};
}

/// A text whose record takes exactly `cells` cells.
std::string text_of(std::size_t cells) {
  return std::string(cells * kRingCellBytes - 16, 'x');
}

}  // namespace

TEST_CASE("records come out whole, in order, in the forms they went in with", "[emit]") {
  EventRing ring(kMinRingBytes, wake_fd());
  RecordingSink sink;
  const std::string one = "one", document = "document", qemu = "qemu";
  REQUIRE(ring.push(both(kRare, one)) == EventRing::Push::accepted);
  REQUIRE(ring.push({kFlood, {document, qemu}}) == EventRing::Push::accepted);
  REQUIRE(ring.push({kFlood, {"", qemu}}) == EventRing::Push::accepted);
  REQUIRE(ring.push({kFlood, {document, ""}}) == EventRing::Push::accepted);
  REQUIRE(ring.drain(sink, 2) == 2);
  REQUIRE(ring.drain(sink, 100) == 2);
  REQUIRE(ring.drain(sink, 100) == 0);
  REQUIRE(sink.records.size() == 4);
  CHECK(sink.records[0].kind == kRare);
  CHECK(sink.records[0].same_storage);
  CHECK(sink.records[0].line[0] == "one");
  CHECK(sink.records[1].line[0] == "document");
  CHECK(sink.records[1].line[1] == "qemu");
  CHECK(sink.records[2].line[0].empty());
  CHECK(sink.records[2].line[1] == "qemu");
  CHECK(sink.records[3].line[1].empty());
}

TEST_CASE("records of every length survive every place of the ring's end", "[emit]") {
  EventRing ring(kMinRingBytes, wake_fd());
  RecordingSink sink;
  std::size_t sent = 0;
  std::vector<std::string> expected;
  for (std::size_t length = 1; sent < 8 * kMinRingBytes; length = (length + 37) % kMaxLineBytes + 1) {
    std::string a(length, static_cast<char>('a' + sent % 26));
    std::string b(kMaxLineBytes - length + 1, static_cast<char>('A' + sent % 26));
    REQUIRE(ring.push({kFlood, {a, b}}) == EventRing::Push::accepted);
    sent += a.size() + b.size();
    REQUIRE(ring.drain(sink, 1) == 1);
    REQUIRE(sink.records.back().line[0] == a);
    REQUIRE(sink.records.back().line[1] == b);
  }
  CHECK(ring.bytes_in_use() == 0);
}

TEST_CASE("what earlier laps left is never taken for a record", "[emit]") {
  // The word that says a record is whole lies where others had text. One lap leaves the word of its own
  // record there, the next the last two bytes of a line over its lower half, and together they read as the
  // third lap's position.
  constexpr std::size_t kCells = kMinRingBytes / kRingCellBytes;
  constexpr std::size_t kPosition = 0x0A0D - 1;  // CR LF, read as a number
  EventRing ring(kMinRingBytes, wake_fd());
  RecordingSink sink;
  std::size_t position = 0;
  const auto pass = [&](const std::string& text) {
    REQUIRE(ring.push(both(kRare, text)) == EventRing::Push::accepted);
    REQUIRE(ring.drain(sink, 1) == 1);
    REQUIRE(sink.records.back().line[0] == text);
    position += (16 + text.size() + kRingCellBytes - 1) / kRingCellBytes;
  };
  const auto advance_to = [&](std::size_t target) {
    while (position < target) pass(text_of(std::min<std::size_t>(target - position, 16)));
  };
  advance_to(kPosition - 2 * kCells);
  pass("x");
  advance_to(kPosition - kCells - 1);
  pass(std::string(kRingCellBytes - 16, 'x') + "\r\n");
  advance_to(kPosition);
  CHECK_FALSE(ring.ready());
  CHECK(ring.drain(sink, 1) == 0);
}

TEST_CASE("a kind is admitted while its cells do not outnumber the free ones", "[emit]") {
  EventRing ring(kMinRingBytes, wake_fd());
  const std::size_t cells = kMinRingBytes / kRingCellBytes;
  const std::string one_cell = text_of(1);
  std::size_t accepted = 0;
  while (ring.push(both(kFlood, one_cell)) == EventRing::Push::accepted) ++accepted;
  CHECK(accepted == cells / 2);  // at the limit: half in flight, half free
  CHECK(ring.push(both(kFlood, one_cell)) == EventRing::Push::refused_share);
  CHECK(ring.events_in_flight(kFlood) == cells / 2);

  SECTION("another kind still finds room, half of what is left") {
    std::size_t rare = 0;
    while (ring.push(both(kRare, one_cell)) == EventRing::Push::accepted) ++rare;
    CHECK(rare == cells / 4);
  }
  SECTION("what is drained is room again") {
    RecordingSink sink;
    CHECK(ring.drain(sink, 2) == 2);
    CHECK(ring.push(both(kFlood, one_cell)) == EventRing::Push::accepted);
    CHECK(ring.push(both(kFlood, one_cell)) == EventRing::Push::accepted);
    CHECK(ring.push(both(kFlood, one_cell)) == EventRing::Push::refused_share);
    CHECK(ring.events_drained(kFlood) == 2);
  }
}

TEST_CASE("a record longer than the free cells is refused as full", "[emit]") {
  EventRing ring(kMinRingBytes, wake_fd());
  const std::size_t cells = kMinRingBytes / kRingCellBytes;
  // Each kind takes half of what the ones before it left, the last of them the last cell.
  for (std::size_t kind = 0; kind < kEventKinds; ++kind) {
    while (ring.push(both(static_cast<EventKind>(kind), text_of(1))) == EventRing::Push::accepted) {
    }
  }
  CHECK(ring.bytes_in_use() == kMinRingBytes);
  CHECK(ring.push(both(kRare, std::string(kMaxLineBytes, 'x'))) == EventRing::Push::refused_full);
  RecordingSink sink;
  const std::size_t drained = ring.drain(sink, cells);
  CHECK(drained == sink.records.size());
  CHECK(ring.push(both(kRare, std::string(kMaxLineBytes, 'x'))) == EventRing::Push::accepted);
}

TEST_CASE(
    "of a kind that holds nothing, a record of as many cells as are free is in, and one of a cell more is "
    "full",
    "[emit]") {
  EventRing ring(kMinRingBytes, wake_fd());
  // Each kind takes half of what the ones before it left: two of many lines leave a quarter.
  for (const EventKind kind : {kFlood, EventKind::resume})
    while (ring.push(both(kind, text_of(1))) == EventRing::Push::accepted) {
    }
  std::size_t free = (kMinRingBytes - ring.bytes_in_use()) / kRingCellBytes;
  for (std::size_t kind = 0; free > 4; kind = (kind + 1) % kEventKinds) {
    const auto one = static_cast<EventKind>(kind);
    if (one != kRare && ring.push(both(one, text_of(1))) == EventRing::Push::accepted) --free;
  }
  CHECK(ring.push(both(kRare, text_of(5))) == EventRing::Push::refused_full);
  CHECK(ring.push(both(kRare, text_of(4))) == EventRing::Push::accepted);
  CHECK(ring.bytes_in_use() == kMinRingBytes);
  CHECK(ring.push(both(kRare, text_of(1))) == EventRing::Push::refused_full);
}

TEST_CASE("a push wakes a sleeping loop once, and a loop awake never", "[emit]") {
  EventRing ring(kMinRingBytes, wake_fd());
  RecordingSink sink;
  ring.push(both(kRare, "awake"));
  CHECK_FALSE(readable(ring.wake_fd()));
  CHECK(ring.wakeups() == 0);
  CHECK(ring.ready());
  ring.drain(sink, 10);
  CHECK_FALSE(ring.ready());
  ring.announce_sleep();
  ring.push(both(kRare, "first"));
  ring.push(both(kRare, "second"));
  CHECK(readable(ring.wake_fd()));
  CHECK(ring.wakeups() == 1);
  test::take_wake(ring.wake_fd());
  CHECK_FALSE(readable(ring.wake_fd()));
}

TEST_CASE("threads lose nothing, tear nothing, and keep their own order", "[emit]") {
  constexpr int kThreads = 4;
  constexpr int kEach = 20'000;
  EventRing ring(kMinRingBytes, wake_fd());
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&ring, t] {
      for (int i = 0; i < kEach;) {
        std::string a =
            std::to_string(t) + ":" + std::to_string(i) + std::string(static_cast<std::size_t>(i % 300), '.');
        std::string b = a + "!";
        const EventKind kind = static_cast<EventKind>(t);
        if (ring.push({kind, {a, b}}) == EventRing::Push::accepted) {
          ++i;
        } else {
          std::this_thread::yield();
        }
      }
    });
  }
  struct Check final : EventSink {
    void publish(const EventLine& event) noexcept override {
      const std::string line(event.line[0]);
      good = good && event.line[1] == line + "!" &&
             line.rfind(std::to_string(static_cast<int>(event.kind)) + ":" +
                            std::to_string(next[static_cast<std::size_t>(event.kind)]),
                        0) == 0;
      ++next[static_cast<std::size_t>(event.kind)];
      ++count;
    }
    void gap(EventKind, std::uint64_t) noexcept override {}
    int next[kThreads] = {};
    int count = 0;
    bool good = true;
  } check;
  while (check.count < kThreads * kEach && check.good) {
    if (ring.drain(check, 100) == 0) std::this_thread::yield();
  }
  const bool good = check.good;
  if (!good) {
    while (check.count < kThreads * kEach) ring.drain(check, 100);
  }
  for (auto& thread : threads) thread.join();
  CHECK(good);
  CHECK(ring.bytes_in_use() == 0);
}
