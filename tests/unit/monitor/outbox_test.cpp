// SPDX-License-Identifier: MIT
#include "monitor/outbox.hpp"

#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "support/fake_stream.hpp"

namespace qmpev {
namespace {

EventSet only(EventKind kind) {
  return EventSet().set(static_cast<std::size_t>(kind));
}

struct Bench {
  Bench() { log.use(WireForm::qemu); }
  void publish(const std::string& line, EventKind kind = EventKind::stop) { log.publish({kind, {"", line}}); }
  Outbox::Progress write(std::size_t budget = 1 << 20) { return outbox.write(stream, budget); }

  EventLog log{kMinLogBytes};
  SessionCounters counters;
  Outbox outbox{log, WireForm::qemu, counters};
  std::shared_ptr<test::FakeClient> client = std::make_shared<test::FakeClient>();
  test::FakeStream stream{client};
};

TEST_CASE("without events to follow only replies go out", "[monitor]") {
  Bench bench;
  bench.publish("event\n");
  bench.outbox.push_reply("reply\n", false);
  bench.publish("event\n");
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->received == "reply\n");
  CHECK(bench.outbox.empty());
}

TEST_CASE("replies keep their place among events, and neighbours share a write", "[monitor]") {
  Bench bench;
  bench.outbox.follow_events();
  bench.publish("e1\n");
  bench.publish("e2\n");
  bench.outbox.push_reply("r1\n", false);
  bench.outbox.push_reply("r2\n", false);
  bench.publish("e3\n");
  bench.log.gap(EventKind::stop, 1);
  bench.outbox.push_reply("r3\n", false);
  bench.log.gap(EventKind::stop, 1);
  bench.publish("e4\n");
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->writes == std::vector<std::string>{"e1\ne2\n", "r1\nr2\n", "e3\n", "r3\n", "e4\n"});
  CHECK(bench.counters.delivered == 4);
  CHECK(bench.counters.replies == 3);
  CHECK(bench.counters.write_calls == 5);
  CHECK(bench.counters.bytes_written == 21);
}

TEST_CASE("wherever the stream cuts, the bytes are the same and lines are counted whole", "[monitor]") {
  const std::string expected = "first\nr1\nsecond event\nthird\nr2\nlast\n";
  for (std::size_t cut = 1; cut < expected.size(); ++cut) {
    Bench bench;
    bench.outbox.follow_events();
    bench.publish("first\n");
    bench.outbox.push_reply("r1\n", true);
    bench.publish("second event\n");
    bench.publish("third\n");
    bench.outbox.push_reply("r2\n", false);
    bench.publish("last\n");
    bench.client->room = cut;
    REQUIRE(bench.write() == Outbox::Progress::blocked);
    CHECK(bench.client->received == expected.substr(0, cut));
    CHECK(bench.outbox.balanced());
    std::uint64_t whole = 0;
    for (const std::size_t end : {6u, 22u, 28u, 36u}) whole += cut >= end ? 1 : 0;
    CHECK(bench.outbox.delivered() == whole);
    CHECK(bench.outbox.unsent_lines() == 4 - whole);
    bench.client->room = SIZE_MAX;
    REQUIRE(bench.write() == Outbox::Progress::drained);
    CHECK(bench.client->received == expected);
    CHECK(bench.counters.delivered == 4);
  }
}

TEST_CASE("a line that is on the wire in part is finished, even after the log has forgotten it",
          "[monitor]") {
  Bench bench;
  bench.outbox.follow_events();
  bench.publish("half of this is out\n");
  bench.client->room = 4;
  CHECK(bench.write() == Outbox::Progress::blocked);
  const std::string filler(1000, 'x');
  for (int i = 0; i < 200; ++i) bench.publish(filler);
  CHECK(bench.log.tail() > 1);
  CHECK(bench.outbox.notice_loss() == bench.log.tail() - 1);
  CHECK(bench.outbox.balanced());
  bench.client->room = SIZE_MAX;
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->received.substr(0, 24) == "half of this is out\nxxxx");
  CHECK(bench.outbox.delivered() + bench.outbox.dropped() == 201);
  CHECK(bench.client->received.size() == 20 + 1000 * (bench.outbox.delivered() - 1));
}

TEST_CASE("a loss lets replies that waited behind the lost events go", "[monitor]") {
  Bench bench;
  bench.outbox.follow_events();
  const std::string filler(1000, 'x');
  for (int i = 0; i < 10; ++i) bench.publish(filler);
  bench.outbox.push_reply("reply\n", false);
  for (int i = 0; i < 200; ++i) bench.publish(filler);
  CHECK(bench.write(6) == Outbox::Progress::blocked);
  CHECK(bench.client->received == "reply\n");
  CHECK(bench.outbox.dropped() == bench.log.tail());
}

TEST_CASE("a budget is kept to the byte", "[monitor]") {
  Bench bench;
  bench.outbox.follow_events();
  for (int i = 0; i < 10; ++i) bench.publish("0123456789");
  CHECK(bench.write(35) == Outbox::Progress::blocked);
  CHECK(bench.client->received.size() == 35);
  CHECK(bench.write(64) == Outbox::Progress::blocked);
  CHECK(bench.client->received.size() == 99);
  CHECK(bench.write(1) == Outbox::Progress::drained);
  CHECK(bench.outbox.delivered() == 10);
}

TEST_CASE("a failed write loses what is left and all that follows", "[monitor]") {
  Bench bench;
  bench.outbox.follow_events();
  bench.publish("event\n");
  bench.outbox.push_reply("reply\n", false);
  bench.client->write_error = GENERATE(EPIPE, ECONNRESET, EBADF);
  CHECK(bench.write() == Outbox::Progress::lost);
  CHECK(bench.outbox.lost());
  CHECK(bench.outbox.empty());
  bench.outbox.push_reply("another\n", false);
  bench.outbox.follow_events();
  bench.publish("event\n");
  bench.client->write_error = 0;
  CHECK(bench.write() == Outbox::Progress::lost);
  CHECK(bench.client->received.empty());
  CHECK(bench.outbox.unsent_lines() == 0);
}

TEST_CASE("a full stream and short kernel memory are no failures", "[monitor]") {
  Bench bench;
  bench.outbox.push_reply("reply\n", false);
  bench.client->write_error = GENERATE(EAGAIN, EINTR, ENOBUFS, ENOMEM);
  CHECK(bench.write() == Outbox::Progress::blocked);
  bench.client->write_error = 0;
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->received == "reply\n");
}

TEST_CASE("finishing sends the events that precede queued replies, and no later ones", "[monitor]") {
  Bench bench;
  bench.outbox.follow_events();
  bench.publish("e1\n");
  bench.outbox.push_reply("r1\n", false);
  bench.publish("e2\n");
  bench.outbox.finish_events();
  CHECK_FALSE(bench.outbox.empty());
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->received == "e1\nr1\n");
  CHECK(bench.outbox.empty());
  CHECK(bench.outbox.balanced());
}

TEST_CASE("only lines of its own form count", "[monitor]") {
  Bench bench;
  bench.outbox.follow_events();
  bench.log.publish({EventKind::stop, {"document only\n", ""}});
  bench.publish("both\n");
  CHECK(bench.outbox.unsent_lines() == 1);
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->received == "both\n");
  CHECK(bench.outbox.balanced());
}

/// Filters with a reply at its place, as a session does.
void filter(Bench& bench, const EventSet& wanted) {
  bench.outbox.filter_events(wanted);
  bench.outbox.push_reply("reply\n", false);
}

TEST_CASE("a filter counts from its reply on, and wanted neighbours still share a write", "[monitor]") {
  Bench bench;
  bench.outbox.follow_events();
  bench.publish("r0\n", EventKind::reset);
  filter(bench, only(EventKind::stop));
  bench.publish("r1\n", EventKind::reset);
  for (const char* line : {"s1\n", "s2\n"}) bench.publish(line);
  bench.log.gap(EventKind::reset, 1);
  bench.publish("s3\n");
  bench.publish("r2\n", EventKind::reset);
  bench.publish("s4\n");
  bench.publish("r3\n", EventKind::reset);
  CHECK(bench.outbox.unsent_lines() == 8);
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->writes == std::vector<std::string>{"r0\n", "reply\n", "s1\ns2\ns3\n", "s4\n"});
  CHECK(bench.outbox.empty());
  CHECK(bench.outbox.delivered() == 5);
  CHECK(bench.outbox.filtered() == 3);
  CHECK(bench.counters.filtered == 3);
  CHECK(bench.outbox.balanced());
}

TEST_CASE("without a filter, or with one that wants all, a burst is one write", "[monitor]") {
  for (const bool asked : {false, true}) {
    Bench bench;
    bench.outbox.follow_events();
    if (asked) filter(bench, only(EventKind::stop));
    if (asked) filter(bench, EventSet().set());
    bench.write();
    bench.client->writes.clear();
    for (int i = 0; i < 64; ++i) bench.publish("line\n", i % 2 == 0 ? EventKind::stop : EventKind::reset);
    bench.write();
    CHECK(bench.client->writes.size() == 1);
    CHECK(bench.outbox.filtered() == 0);
  }
}

constexpr EventKind kRegistered = static_cast<EventKind>(kEventKinds);

TEST_CASE("a reader that asked for nothing steps over registered events, and does not lose them either",
          "[monitor]") {
  const std::string filler(1000, 'x');
  Bench bench;
  bench.publish("before\n", kRegistered);
  bench.outbox.follow_events();
  bench.publish("mine\n", kRegistered);
  bench.publish("s1\n");
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->received == "s1\n");
  for (int i = 0; i < 100; ++i) bench.publish(filler, i % 10 == 0 ? EventKind::stop : kRegistered);
  const std::uint64_t gone = bench.log.tail() - 3;
  REQUIRE(gone > 10);
  CHECK(bench.outbox.notice_loss() == (gone + 9) / 10);
  CHECK(bench.outbox.filtered() == 1 + gone - (gone + 9) / 10);
  CHECK(bench.outbox.balanced());
}

TEST_CASE("a reader that wants everything, or names them, receives registered events", "[monitor]") {
  for (const EventSet& wanted : {EventSet().set(), only(kRegistered)}) {
    Bench bench;
    bench.outbox.follow_events(wanted);
    bench.publish("mine\n", kRegistered);
    CHECK(bench.write() == Outbox::Progress::drained);
    CHECK(bench.client->received == "mine\n");
    CHECK(bench.outbox.balanced());
  }
}

TEST_CASE("filters that wait for a reader each hold for their own stretch", "[monitor]") {
  Bench bench;
  bench.outbox.follow_events();
  const auto publish_both = [&bench](const std::string& number) {
    bench.publish("s" + number + "\n");
    bench.publish("r" + number + "\n", EventKind::reset);
  };
  bench.client->room = 0;
  publish_both("1");
  bench.write();
  filter(bench, only(EventKind::stop));
  publish_both("2");
  filter(bench, only(EventKind::stop));
  filter(bench, EventSet());  // at the same place: the last one holds
  publish_both("3");
  filter(bench, EventSet().set());
  publish_both("4");
  bench.client->room = SIZE_MAX;
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->received == "s1\nr1\nreply\ns2\nreply\nreply\nreply\ns4\nr4\n");
  CHECK(bench.outbox.filtered() == 3);
  CHECK(bench.outbox.balanced());
}

TEST_CASE("what a filter did not want is not lost when the log forgets it", "[monitor]") {
  const std::string filler(1000, 'x');
  Bench bench;
  bench.outbox.follow_events();
  bench.publish("s1\n");
  bench.client->room = 0;
  bench.write();
  filter(bench, only(EventKind::stop));
  for (int i = 0; i < 50; ++i) bench.publish(filler, i % 10 == 0 ? EventKind::stop : EventKind::reset);
  filter(bench, only(EventKind::reset));
  for (int i = 0; i < 100; ++i) bench.publish(filler, i % 10 == 0 ? EventKind::stop : EventKind::reset);
  bench.log.gap(EventKind::stop, 1);
  REQUIRE(bench.log.tail() > 51);
  const std::uint64_t gone = bench.log.tail() - 51;  // of the second stretch
  const std::uint64_t stops_gone = (gone + 9) / 10;
  CHECK(bench.outbox.notice_loss() == 1 + 5 + gone - stops_gone);
  CHECK(bench.outbox.filtered() == 45 + stops_gone);
  CHECK(bench.outbox.balanced());
  bench.client->room = SIZE_MAX;
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.outbox.delivered() == 90 - (gone - stops_gone));
  CHECK(bench.outbox.dropped() + bench.outbox.delivered() + bench.outbox.filtered() == 151);
}

TEST_CASE("wherever the stream cuts, a filtered session gets the same bytes", "[monitor]") {
  const std::string expected = "reply\nfirst\nsecond event\nlast\n";
  for (std::size_t cut = 1; cut < expected.size(); ++cut) {
    Bench bench;
    bench.outbox.follow_events();
    filter(bench, only(EventKind::stop));
    for (const char* line : {"-", "first\n", "-", "second event\n", "last\n", "-"}) {
      bench.publish(line, *line == '-' ? EventKind::reset : EventKind::stop);
    }
    bench.client->room = cut;
    REQUIRE(bench.write() == Outbox::Progress::blocked);
    CHECK(bench.outbox.balanced());
    bench.client->room = SIZE_MAX;
    REQUIRE(bench.write() == Outbox::Progress::drained);
    CHECK(bench.client->received == expected);
    CHECK(bench.outbox.delivered() == 3);
    CHECK(bench.outbox.filtered() == 3);
    CHECK(bench.outbox.balanced());
  }
}

}  // namespace
}  // namespace qmpev
