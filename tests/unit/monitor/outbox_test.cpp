// SPDX-License-Identifier: MIT
#include "monitor/outbox.hpp"

#include <memory>
#include <string>

#include <catch2/catch.hpp>

#include "support/fake_stream.hpp"

namespace qmpev {
namespace {

struct Bench {
  Bench() { log.use(WireForm::qemu); }
  void publish(const std::string& line) { log.publish({EventKind::stop, {"", line}}); }
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

}  // namespace
}  // namespace qmpev
