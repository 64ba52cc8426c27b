// SPDX-License-Identifier: MIT
// What a session that asked is told where events are missing, through its outbox.
#include "monitor/loss_notice.hpp"

#include <memory>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "event/event_tables.hpp"
#include "monitor/outbox.hpp"
#include "support/fake_stream.hpp"
#include "wire/qapi_tables.hpp"
#include "wire/reader.hpp"

namespace qmpev {
namespace {

class StoppedClock final : public Clock {
 public:
  std::int64_t wall_us() const noexcept override { return 1'400'000'000'000'007; }
  std::int64_t monotonic_ns() const noexcept override { return 0; }
};

const char* const kHead =
    R"({"timestamp": {"seconds": 1400000000, "microseconds": 7}, "event": "X_QMPEV_EVENTS_LOST", "data": )";

std::string notice(const std::string& data) {
  return kHead + data + "}\r\n";
}

EventSet only(EventKind kind) {
  return EventSet().set(static_cast<std::size_t>(kind));
}

Value parsed(std::string_view line) {
  Reader reader;
  reader.push(line);
  auto item = reader.next();
  REQUIRE((item && item->value));
  return std::move(*item->value);
}

std::uint64_t number(const Value& object, const char* name) {
  const Value* found = object.find(name);
  return found != nullptr ? found->as_uint64() : 0;
}

struct Bench {
  explicit Bench(bool asks = true) {
    log.use(WireForm::qemu);
    outbox.follow_events();
    if (asks) outbox.tell_losses(true, catalogue);
  }
  void publish(const std::string& line, EventKind kind) { log.publish({kind, {"", line}}); }
  /// So many lines of which the log holds 16.
  void flood(std::size_t lines, EventKind kind = EventKind::reset) {
    for (std::size_t i = 0; i < lines; ++i) publish(kFiller, kind);
  }
  Outbox::Progress write() {
    const Outbox::Progress progress = outbox.write(stream, 1 << 20);
    CHECK(outbox.balanced());
    return progress;
  }
  /// As a session does, with a reply at its place.
  void filter(const EventSet& wanted) {
    outbox.filter_events(wanted);
    outbox.push_reply("{\"return\": {}}\r\n", false);
  }
  std::string told() const {
    std::string rest = client->received;
    for (std::size_t at; (at = rest.find(kFiller)) != std::string::npos;) rest.erase(at, kFiller.size());
    return rest;
  }

  static constexpr std::size_t kHeld = 16;
  const std::string kFiller = std::string(4095, 'x') + "\n";
  StoppedClock clock;
  EventCatalogue catalogue;
  EventLog log{kMinLogBytes, clock};
  SessionCounters counters;
  Outbox outbox{log, WireForm::qemu, counters};
  std::shared_ptr<test::FakeClient> client = std::make_shared<test::FakeClient>();
  test::FakeStream stream{client};
};

TEST_CASE("what a slow reader lost is told by event where it is missing, before the kept lines",
          "[monitor]") {
  Bench bench;
  bench.publish("read in time\n", EventKind::stop);
  bench.write();
  for (int i = 0; i < 3; ++i) bench.publish("stop\n", EventKind::stop);
  bench.publish("gone\n", EventKind::powerdown);
  bench.outbox.push_reply("reply\n", false);
  bench.flood(Bench::kHeld + 2);
  CHECK(bench.write() == Outbox::Progress::drained);
  const bool kept = kEventInfo[static_cast<std::size_t>(EventKind::powerdown)].keep;
  REQUIRE_FALSE(kept);
  CHECK(bench.told() == "read in time\n" +
                            notice(R"({"dropped": 6, "events": [{"dropped": 1, "event": "POWERDOWN"}, )"
                                   R"({"dropped": 3, "event": "RESET"}, {"dropped": 2, "event": "STOP"}]})") +
                            "stop\nreply\n");
  CHECK(bench.outbox.dropped() == 6);
  CHECK(bench.outbox.empty());
}

TEST_CASE("what was refused is told exactly where it is missing, neighbours in one line", "[monitor]") {
  Bench bench;
  bench.publish("before\n", EventKind::stop);
  bench.log.gap(EventKind::reset, 4);
  bench.log.gap(EventKind::stop, 1);
  bench.publish("between\n", EventKind::stop);
  bench.outbox.push_reply("reply\n", false);
  bench.log.gap(EventKind::reset, 2);
  CHECK_FALSE(bench.outbox.empty());
  CHECK(bench.write() == Outbox::Progress::drained);
  CHECK(
      bench.client->received ==
      "before\n" +
          notice(
              R"({"refused": 5, "events": [{"refused": 4, "event": "RESET"}, {"refused": 1, "event": "STOP"}]})") +
          "between\nreply\n" + notice(R"({"refused": 2, "events": [{"refused": 2, "event": "RESET"}]})"));
  CHECK(bench.outbox.empty());
  CHECK(bench.outbox.delivered() == 2);
}

TEST_CASE("what was refused and then forgotten is told with what was lost there", "[monitor]") {
  Bench bench;
  bench.log.gap(EventKind::reset, 4);
  bench.flood(Bench::kHeld + 1);
  bench.log.gap(EventKind::reset, 1);
  bench.write();
  CHECK(
      bench.told() ==
      notice(R"({"refused": 4, "dropped": 1, "events": [{"refused": 4, "dropped": 1, "event": "RESET"}]})") +
          notice(R"({"refused": 1, "events": [{"refused": 1, "event": "RESET"}]})"));
}

TEST_CASE("who did not ask, or no longer does, is told nothing", "[monitor]") {
  Bench bench(false);
  SECTION("never") {}
  SECTION("no longer") {
    bench.outbox.tell_losses(true, bench.catalogue);
    bench.outbox.tell_losses(false, bench.catalogue);
  }
  bench.log.gap(EventKind::reset, 4);
  bench.flood(Bench::kHeld + 1);
  bench.log.gap(EventKind::reset, 4);
  bench.write();
  CHECK(bench.told().empty());
}

TEST_CASE("losses of before the question are not told", "[monitor]") {
  Bench bench(false);
  bench.client->room = 0;
  bench.log.gap(EventKind::reset, 4);
  bench.publish("stop\n", EventKind::stop);
  bench.flood(Bench::kHeld + 1);
  bench.outbox.tell_losses(true, bench.catalogue);
  bench.flood(1);
  bench.client->room = SIZE_MAX;
  bench.write();
  CHECK(bench.told() == notice(R"({"dropped": 1, "events": [{"dropped": 1, "event": "RESET"}]})") + "stop\n");
}

TEST_CASE("events of the embedder's own are told by name to who wants them", "[monitor]") {
  const EventKind lamp = static_cast<EventKind>(kEventKinds);
  for (const bool wants : {false, true}) {
    Bench bench;
    bench.catalogue.add(EventShape::build({"X_LAMP"}).value());
    if (wants) bench.outbox.filter_events(only(lamp));
    bench.write();
    bench.log.gap(lamp, 3);
    bench.client->room = 0;
    bench.flood(Bench::kHeld + 1, lamp);
    bench.client->room = SIZE_MAX;
    bench.write();
    CHECK(
        bench.told() ==
        (wants
             ? notice(
                   R"({"refused": 3, "dropped": 1, "events": [{"refused": 3, "dropped": 1, "event": "X_LAMP"}]})")
             : ""));
  }
}

TEST_CASE("who asks again while a notice is owed is told all the same", "[monitor]") {
  Bench bench;
  bench.client->room = 0;
  bench.flood(Bench::kHeld + 2);
  bench.write();
  bench.outbox.tell_losses(true, bench.catalogue);
  bench.client->room = SIZE_MAX;
  bench.write();
  CHECK(bench.told() == notice(R"({"dropped": 2, "events": [{"dropped": 2, "event": "RESET"}]})"));
}

TEST_CASE("a notice of something earlier does not tear a reply that is written in part", "[monitor]") {
  Bench bench;
  bench.publish("first\n", EventKind::stop);
  bench.outbox.push_reply("reply\n", false);
  bench.publish("second\n", EventKind::stop);
  bench.flood(Bench::kHeld + 1);
  bench.client->room = 0;
  while (bench.told().find("rep") == std::string::npos) {
    bench.client->room = 1;
    REQUIRE(bench.write() == Outbox::Progress::blocked);
  }
  bench.publish("third\n", EventKind::stop);  // in the place of the second, which was kept
  bench.client->room = SIZE_MAX;
  bench.write();
  CHECK(bench.told().find("}\r\nreply\n" + notice(R"({"dropped": )").substr(0, 20)) != std::string::npos);
  CHECK(bench.told().find("second\n") == std::string::npos);
}

TEST_CASE("of what a filter does not want nothing is told", "[monitor]") {
  Bench bench;
  bench.filter(only(EventKind::stop));
  bench.write();
  bench.client->received.clear();
  bench.log.gap(EventKind::reset, 4);
  bench.flood(Bench::kHeld + 3);
  bench.log.gap(EventKind::reset, 4);
  bench.log.gap(EventKind::stop, 1);
  bench.write();
  CHECK(bench.told() == notice(R"({"refused": 1, "events": [{"refused": 1, "event": "STOP"}]})"));
}

TEST_CASE("what was wanted for a part of the gap is in the sum alone", "[monitor]") {
  Bench bench;
  bench.client->room = 0;
  bench.flood(2);
  bench.filter(only(EventKind::powerdown));
  bench.flood(Bench::kHeld + 1);
  bench.client->room = SIZE_MAX;
  bench.write();
  CHECK(bench.told() == notice(R"({"dropped": 2, "events": []})") + "{\"return\": {}}\r\n");
}

TEST_CASE("a kept line that is overtaken before it goes out is told as lost", "[monitor]") {
  Bench bench;
  bench.client->room = 0;
  bench.publish("stop 1\n", EventKind::stop);
  bench.flood(Bench::kHeld);
  bench.write();
  bench.publish("stop 2\n", EventKind::stop);
  bench.client->room = SIZE_MAX;
  bench.write();
  CHECK(
      bench.told() ==
      notice(
          R"({"dropped": 2, "events": [{"dropped": 1, "event": "RESET"}, {"dropped": 1, "event": "STOP"}]})") +
          "stop 2\n");
}

TEST_CASE("a notice that is cut is finished as it was begun, and what is lost meanwhile told in another",
          "[monitor]") {
  const std::string first = notice(R"({"dropped": 2, "events": [{"dropped": 2, "event": "RESET"}]})");
  const std::string second = notice(R"({"dropped": 3, "events": [{"dropped": 3, "event": "RESET"}]})");
  for (std::size_t cut = 1; cut < first.size(); ++cut) {
    Bench bench;
    bench.flood(Bench::kHeld + 2);
    bench.client->room = cut;
    REQUIRE(bench.write() == Outbox::Progress::blocked);
    CHECK(bench.outbox.unsent_lines() == Bench::kHeld);
    bench.flood(3);
    bench.client->room = SIZE_MAX;
    REQUIRE(bench.write() == Outbox::Progress::drained);
    CHECK(bench.told() == first + second);
    CHECK(bench.outbox.delivered() == Bench::kHeld);
  }
}

TEST_CASE("whoever ends is told what precedes a queued reply, and at its wish the gap", "[monitor]") {
  Bench bench;
  bench.log.gap(EventKind::reset, 4);
  SECTION("a reply") {
    bench.outbox.push_reply("reply\n", false);
    bench.log.gap(EventKind::reset, 1);
    bench.outbox.finish_events();
    bench.write();
    CHECK(bench.told() ==
          notice(R"({"refused": 4, "events": [{"refused": 4, "event": "RESET"}]})") + "reply\n");
  }
  SECTION("the gap") {
    bench.publish("stop\n", EventKind::stop);
    bench.flood(Bench::kHeld + 1);
    bench.outbox.notice_loss();
    bench.outbox.finish_at_gap();
    CHECK_FALSE(bench.outbox.empty());
    bench.write();
    CHECK(bench.client->received ==
          notice(
              R"({"refused": 4, "dropped": 2, "events": [{"refused": 4, "dropped": 2, "event": "RESET"}]})") +
              "stop\n");
  }
  CHECK(bench.outbox.empty());
}

TEST_CASE("whatever is lost, a notice has at most 4,096 bytes, and the sums are whole", "[monitor]") {
  const std::uint64_t each = GENERATE(std::uint64_t{1}, std::uint64_t{1} << 40);
  Bench bench;
  for (std::size_t kind = 0; kind < kEventKinds; ++kind) bench.log.gap(static_cast<EventKind>(kind), each);
  for (std::size_t kind = 0; kind < kEventKinds; ++kind) bench.publish("x\n", static_cast<EventKind>(kind));
  for (std::size_t kind = 0; kind < kEventKinds; ++kind) bench.publish("x\n", static_cast<EventKind>(kind));
  bench.flood(Bench::kHeld + 1);
  bench.write();
  const std::string line = bench.client->received.substr(0, bench.client->received.find('\n') + 1);
  CHECK(line.size() <= kMaxLoggedLineBytes);
  CHECK(line.size() > kMaxLoggedLineBytes / 2);
  const Value data = *parsed(line).find("data");
  CHECK(number(data, "refused") == each * kEventKinds);
  CHECK(number(data, "dropped") == bench.outbox.dropped());
}

TEST_CASE("however a session reads and filters, the notices add up to what it lost", "[monitor]") {
  std::mt19937 random(GENERATE(range(1u, 30u)));
  const auto below = [&random](std::size_t bound) { return random() % bound; };
  const bool filters = below(2) == 0;
  const EventKind kinds[] = {EventKind::stop, EventKind::resume, EventKind::reset, EventKind::powerdown};
  Bench bench;
  bench.client->room = 0;
  std::uint64_t refused = 0;
  for (int step = 0; step < 500; ++step) {
    if (below(6) == 0) {
      bench.log.gap(kinds[below(4)], 1 + step % 3);
      refused += 1 + static_cast<std::uint64_t>(step) % 3;
    }
    if (below(20) == 0) bench.outbox.push_reply("{\"reply\": 1}\r\n", false);
    if (filters && below(30) == 0) bench.filter(EventSet(random()));
    for (std::size_t count = below(12); count > 0; --count) {
      std::string line = "{\"pad\": \"\"}\r\n";
      line.insert(9, std::string(below(3000), '.'));
      bench.publish(line, kinds[below(4)]);
    }
    if (below(3) == 0) bench.client->read(below(6000));
    bench.write();
  }
  bench.client->room = SIZE_MAX;
  REQUIRE(bench.write() == Outbox::Progress::drained);
  REQUIRE(bench.outbox.empty());
  std::uint64_t told_dropped = 0, told_refused = 0, by_event = 0;
  for (const std::string& line : bench.client->lines()) {
    const Value object = parsed(line);
    if (object.find("event") == nullptr) continue;
    const Value& data = *object.find("data");
    told_dropped += number(data, "dropped");
    told_refused += number(data, "refused");
    for (const Value& event : data.find("events")->items()) {
      by_event += number(event, "dropped") + number(event, "refused");
    }
  }
  CHECK(told_dropped == bench.outbox.dropped());
  CHECK(told_dropped > 0);
  CHECK(told_refused <= refused);
  CHECK(by_event <= told_dropped + told_refused);
  if (filters) return;
  CHECK(told_refused == refused);
  CHECK(by_event == told_dropped + told_refused);
}

}  // namespace
}  // namespace qmpev
