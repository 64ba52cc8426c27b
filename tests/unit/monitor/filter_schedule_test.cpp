// SPDX-License-Identifier: MIT
// What a session wants, where in the log it wants it, and what it has lost of that.
#include "monitor/filter_schedule.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

EventSet only(EventKind kind) {
  return EventSet().set(static_cast<std::size_t>(kind));
}

struct House {
  House() { log.use(WireForm::qemu); }
  void publish(EventKind kind, const std::string& line) { log.publish({kind, {"", line}}); }
  /// Whole lines, so many of which push everything before them out of the log.
  void flood(EventKind kind) {
    const std::string line = std::string(4095, 'x') + "\n";
    for (int i = 0; i < 16; ++i) publish(kind, line);
  }
  /// What the session sends next.
  std::string next() {
    filter.reach(at.sequence);
    const Span span = filter.span(at, log.head(), 1 << 20);
    filter.pass(span.after.lines - at.lines - span.filtered);
    at = span.after;
    return std::string(span.bytes);
  }

  EventLog log{std::size_t{64} << 10};
  FilterSchedule filter{log, WireForm::qemu};
  Cursor at{};
  Gap gap{log.kept(), WireForm::qemu};
};

TEST_CASE("a change counts from its place on, not from where the session stands", "[monitor]") {
  House house;
  house.filter.begin(schema_events());
  house.publish(EventKind::stop, "1\n");
  house.publish(EventKind::reset, "2\n");
  const std::uint64_t place = house.log.head();
  house.filter.change(only(EventKind::reset));
  house.publish(EventKind::stop, "3\n");
  house.publish(EventKind::reset, "4\n");

  CHECK(house.filter.wanted() == schema_events());
  const Span before = house.filter.span(house.at, place, 1 << 20);
  CHECK(before.bytes == "1\n2\n");
  house.filter.pass(2);
  house.at = before.after;
  CHECK(house.next() == "4\n");  // the stop before it is stepped over
  CHECK(house.filter.wanted() == only(EventKind::reset));
}

TEST_CASE("of two changes at one place the later one counts", "[monitor]") {
  House house;
  house.filter.begin(schema_events());
  house.filter.change(EventSet());
  house.filter.change(only(EventKind::stop));
  house.publish(EventKind::stop, "1\n");
  CHECK(house.next() == "1\n");
  CHECK(house.filter.wanted() == only(EventKind::stop));
}

TEST_CASE("a loss is what each filter wanted of its stretch", "[monitor]") {
  House house;
  house.filter.begin(only(EventKind::stop) | only(EventKind::reset));
  house.publish(EventKind::stop, "1\n");
  house.publish(EventKind::reset, "2\n");
  house.publish(EventKind::resume, "never wanted\n");
  house.filter.change(only(EventKind::reset) | only(EventKind::resume));
  house.publish(EventKind::stop, "no longer wanted\n");
  house.publish(EventKind::resume, "3\n");
  house.flood(EventKind::powerdown);

  house.gap.begin(0);
  const Loss loss = house.filter.lose_to_tail(house.gap);
  CHECK(loss.lines == 3);
  CHECK(loss.always == only(EventKind::reset));
  CHECK(loss.sometimes == (only(EventKind::stop) | only(EventKind::reset) | only(EventKind::resume)));
  CHECK(house.filter.wanted() == (only(EventKind::reset) | only(EventKind::resume)));
}

TEST_CASE("a change at the log's tail wants nothing of what is lost", "[monitor]") {
  House house;
  house.filter.begin(only(EventKind::stop));
  house.publish(EventKind::stop, "1\n");
  house.filter.change(only(EventKind::powerdown));
  while (house.log.tail() == 0) house.publish(EventKind::powerdown, "2\n");
  REQUIRE(house.log.tail() == 1);

  house.gap.begin(0);
  const Loss loss = house.filter.lose_to_tail(house.gap);
  CHECK(loss.lines == 1);
  CHECK(loss.always == only(EventKind::stop));
  CHECK(loss.sometimes == only(EventKind::stop));
  CHECK(house.filter.wanted() == only(EventKind::powerdown));
}

TEST_CASE("what went out before is not lost, and a second loss counts from the first", "[monitor]") {
  House house;
  house.filter.begin(only(EventKind::stop));
  house.publish(EventKind::stop, "1\n");
  CHECK(house.next() == "1\n");
  house.publish(EventKind::stop, "2\n");
  house.flood(EventKind::powerdown);
  house.gap.begin(1);
  CHECK(house.filter.lose_to_tail(house.gap).lines == 1);
  house.flood(EventKind::stop);
  house.flood(EventKind::powerdown);
  CHECK(house.filter.lose_to_tail(house.gap).lines == 16);
}

TEST_CASE("cleared, only what is wanted where the session stands is left", "[monitor]") {
  House house;
  house.filter.begin(only(EventKind::stop));
  house.publish(EventKind::reset, "stepped over\n");
  house.filter.change(only(EventKind::reset));
  house.filter.clear();
  house.publish(EventKind::stop, "1\n");
  CHECK(house.next() == "1\n");
  CHECK(house.filter.wanted() == only(EventKind::stop));
}

}  // namespace
}  // namespace qmpev
