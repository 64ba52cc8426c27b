// SPDX-License-Identifier: MIT
// What a session is told where it lost events, through its outbox: which kept lines, where, and how they
// count.
#include "monitor/gap.hpp"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "monitor/outbox.hpp"
#include "support/fake_stream.hpp"

namespace qmpev {
namespace {

EventSet only(EventKind kind) {
  return EventSet().set(static_cast<std::size_t>(kind));
}

struct Bench {
  Bench() {
    log.use(WireForm::qemu);
    outbox.follow_events();
  }
  void publish(const std::string& line, EventKind kind) { log.publish({kind, {"", line}}); }
  /// Until all of before is forgotten; of a kind that is not kept.
  void flood() {
    for (std::size_t i = 0; i < kFlood; ++i) publish(kFiller, EventKind::reset);
  }
  void filter(const EventSet& wanted) {
    outbox.filter_events(wanted);
    outbox.push_reply("reply\n", false);
  }
  Outbox::Progress write() {
    const Outbox::Progress progress = outbox.write(stream, 1 << 20);
    CHECK(outbox.balanced());
    return progress;
  }
  /// What was received without the flood.
  std::string told() const {
    std::string rest = client->received;
    for (std::size_t at; (at = rest.find(kFiller)) != std::string::npos;) rest.erase(at, kFiller.size());
    return rest;
  }

  static constexpr std::size_t kFlood = kMinLogBytes / 4000 + 1;
  const std::string kFiller = std::string(3999, 'x') + "\n";
  EventLog log{kMinLogBytes};
  SessionCounters counters;
  Outbox outbox{log, WireForm::qemu, counters};
  std::shared_ptr<test::FakeClient> client = std::make_shared<test::FakeClient>();
  test::FakeStream stream{client};
};

TEST_CASE("who lost events is told the newest kept lines, where they are missing, and no others",
          "[monitor]") {
  Bench bench;
  bench.publish("stop, read in time\n", EventKind::stop);
  bench.write();
  bench.client->received.clear();
  bench.publish("resume 1\n", EventKind::resume);
  bench.publish("reset, not kept\n", EventKind::reset);
  bench.publish("resume 2\n", EventKind::resume);
  bench.publish("shutdown\n", EventKind::shutdown);
  bench.flood();
  bench.publish("shutdown, still in the log\n", EventKind::shutdown);
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->received.substr(0, 9) == "resume 2\n");
  CHECK(bench.told() == "resume 2\nshutdown, still in the log\n");
  CHECK(bench.outbox.empty());
  CHECK(bench.counters.delivered == bench.outbox.delivered());
  CHECK(bench.counters.dropped + bench.counters.delivered == 6 + Bench::kFlood);
  CHECK(bench.log.delivered()[static_cast<std::size_t>(EventKind::resume)] == 1);
}

TEST_CASE("a reader that loses again and again is told each line once, and nothing that was overtaken",
          "[monitor]") {
  Bench bench;
  bench.client->room = 0;
  bench.publish("stop 1\n", EventKind::stop);
  bench.publish("resume 1\n", EventKind::resume);
  bench.flood();
  bench.write();
  CHECK(bench.outbox.unsent_lines() == bench.log.head() - bench.log.tail() + 2);
  const std::uint64_t dropped = bench.outbox.dropped();
  bench.publish("stop 2\n", EventKind::stop);
  bench.write();
  CHECK(bench.outbox.dropped() == dropped + 1 + 0);  // stop 1 is lost now: stop 2 is on its way
  bench.client->room = 9;
  bench.write();
  CHECK(bench.client->received == "resume 1\n");
  bench.flood();
  bench.flood();
  bench.client->room = SIZE_MAX;
  bench.write();
  CHECK(bench.told() == "resume 1\nstop 2\n");
}

TEST_CASE("wherever the stream cuts, kept lines come whole and are counted whole", "[monitor]") {
  const std::string expected = "resume\nreply 1\nshutdown\nreply 2\n";
  for (std::size_t cut = 1; cut < expected.size(); ++cut) {
    Bench bench;
    bench.publish("resume\n", EventKind::resume);
    bench.outbox.push_reply("reply 1\n", false);
    bench.publish("shutdown\n", EventKind::shutdown);
    bench.outbox.push_reply("reply 2\n", false);
    bench.flood();
    bench.client->room = cut;
    REQUIRE(bench.write() == Outbox::Progress::blocked);
    CHECK(bench.client->received == expected.substr(0, cut));
    bench.flood();
    bench.client->room = SIZE_MAX;
    REQUIRE(bench.write() == Outbox::Progress::drained);
    CHECK(bench.told() == expected);
  }
}

TEST_CASE("a kept line is for those whose filter wanted it at its place", "[monitor]") {
  Bench bench;
  bench.filter(only(EventKind::resume));
  bench.publish("resume 1\n", EventKind::resume);
  bench.publish("stop\n", EventKind::stop);
  bench.filter(only(EventKind::shutdown));
  bench.publish("resume 2\n", EventKind::resume);
  bench.publish("shutdown\n", EventKind::shutdown);
  bench.flood();
  bench.filter(EventSet().set());
  bench.publish("wakeup\n", EventKind::wakeup);
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.client->received == "reply\nreply\nshutdown\nreply\nwakeup\n");
  CHECK(bench.outbox.dropped() == 1);
  CHECK(bench.outbox.filtered() == 2 + Bench::kFlood);
}

TEST_CASE("who ends gets what precedes a queued reply, kept lines included, and no more", "[monitor]") {
  Bench bench;
  bench.publish("resume\n", EventKind::resume);
  const bool reply = GENERATE(false, true);
  if (reply) bench.outbox.push_reply("reply\n", false);
  bench.flood();
  bench.outbox.notice_loss();
  bench.outbox.finish_events();
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(bench.outbox.empty());
  CHECK(bench.client->received == (reply ? "resume\nreply\n" : ""));
}

TEST_CASE("a lost client leaves nothing pending", "[monitor]") {
  Bench bench;
  bench.publish("resume\n", EventKind::resume);
  bench.flood();
  bench.outbox.notice_loss();
  bench.outbox.lose();
  CHECK(bench.outbox.empty());
  CHECK(bench.outbox.unsent_lines() == 0);
}

TEST_CASE("however slowly a client reads, and whatever it filters, it ends up with the newest of every key",
          "[monitor]") {
  std::mt19937 random(GENERATE(range(1u, 40u)));
  const auto below = [&random](std::size_t bound) { return random() % bound; };
  const EventKind kinds[] = {EventKind::stop, EventKind::resume, EventKind::job_status_change,
                             EventKind::reset};
  Bench bench;
  bench.client->room = 0;
  std::map<std::string, std::size_t> newest;  // number by key, of those that are kept
  std::size_t number = 0;
  const auto publish = [&](std::size_t bytes) {
    const EventKind kind = kinds[below(4)];
    const std::string key =
        std::to_string(static_cast<int>(kind)) + "/" + std::to_string(kind == kinds[2] ? below(5) : 0);
    std::string line = "\"id\": \"" + key + "\" " + std::to_string(++number) + " ";
    line.resize(std::max(line.size(), bytes), '.');
    bench.publish(line + "\n", kind);
    if (kind != EventKind::reset) newest[key] = number;
  };
  const bool filters = below(2) == 0;
  for (int step = 0; step < 600; ++step) {
    if (below(10) == 0) bench.log.gap(EventKind::stop, 1);
    if (below(20) == 0) bench.outbox.push_reply("\"reply\"\n", false);
    if (filters && below(30) == 0) bench.filter(EventSet(random()));
    for (std::size_t count = below(20); count > 0; --count) publish(below(2) == 0 ? 60 : below(3000));
    if (below(3) == 0) bench.client->read(below(6000));
    bench.write();
  }
  bench.client->room = SIZE_MAX;
  REQUIRE(bench.write() == Outbox::Progress::drained);
  CHECK(bench.outbox.dropped() > 0);
  CHECK(bench.outbox.empty());
  // Once each, in order.
  std::size_t last = 0;
  std::uint64_t lines = 0;
  std::map<std::string, std::size_t> told;
  const std::string& text = bench.client->received;
  for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    if (text.compare(at, 5, "\"id\":") != 0) continue;
    const std::size_t key = at + 7;
    const std::size_t quote = text.find('"', key);
    const std::size_t got = std::stoul(text.substr(quote + 2, 12));
    REQUIRE(got > last);
    last = got;
    ++lines;
    told[text.substr(key, quote - key)] = got;
  }
  CHECK(lines == bench.outbox.delivered());
  CHECK(bench.outbox.delivered() + bench.outbox.dropped() + bench.outbox.filtered() == number);
  if (filters) return;
  for (const auto& [key, wanted] : newest) CHECK(told[key] == wanted);
}

}  // namespace
}  // namespace qmpev
