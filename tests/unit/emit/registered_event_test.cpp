// SPDX-License-Identifier: MIT
#include <qmpev/registered_event.hpp>

#include <array>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

namespace qmpev {
namespace {

using test::adds_up;
using Type = EventMember::Type;

struct Rig : test::RecordingEmitter {
  Rig() { core->set_registered_listening(true); }
  RegisteredEvent add(EventDeclaration declaration) {
    const auto shape = EventShape::build(std::move(declaration));
    REQUIRE(shape);
    const auto kind = core->add_event(shape.value());
    REQUIRE(kind);
    return {core, shape.value(), *kind};
  }
  EventCounters counters_of(const RegisteredEvent& event) const {
    for (const auto& each : statistics().registered_events) {
      if (each.kind == event.kind()) return each.counters;
    }
    return {};
  }
};

TEST_CASE("a registered event takes the way of all events, one encoding for both forms", "[emit]") {
  Rig rig;
  const RegisteredEvent lamp = rig.add({"X_LAMP", {{"on", Type::boolean}}});
  rig.emitter.emit(Stop{});
  lamp.emit({true});
  rig.emitter.emit(Resume{});
  const auto lines = rig.lines(WireForm::document);
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].find(R"(, "event": "X_LAMP", "data": {"on": true}})") != std::string::npos);
  CHECK(rig.lines(WireForm::qemu)[1] == lines[1]);
  CHECK(rig.sink.records[1].same_storage);
  CHECK(rig.sink.records[1].kind == lamp.kind());
  CHECK(rig.counters_of(lamp).published == 1);
}

TEST_CASE("a form that no listener speaks is not filled in", "[emit]") {
  test::FakeClock clock;
  auto core = std::make_shared<EmitterCore>(clock, kMinRingBytes, UniqueFd(eventfd(0, EFD_CLOEXEC)));
  core->set_form_wanted(WireForm::qemu);
  core->set_registered_listening(true);
  const auto shape = EventShape::build({"X_LAMP"});
  const RegisteredEvent lamp(core, shape.value(), *core->add_event(shape.value()));
  lamp.emit({});
  test::RecordingSink sink;
  core->settle(sink);
  REQUIRE(sink.records.size() == 1);
  CHECK(sink.records[0].line[0].empty());
  CHECK(sink.records[0].line[1].find("X_LAMP") != std::string::npos);
}

TEST_CASE("what nobody asked to hear is skipped, though others hear the schema's events", "[emit]") {
  Rig rig;
  const RegisteredEvent lamp = rig.add({"X_LAMP"});
  rig.core->set_registered_listening(false);
  lamp.emit({});
  rig.emitter.emit(Stop{});
  CHECK(rig.lines(WireForm::qemu).size() == 1);
  CHECK(rig.counters_of(lamp).skipped == 1);
  CHECK(rig.counters(EventKind::stop).published == 1);
}

TEST_CASE("what does not fit the declaration is counted by cause", "[emit]") {
  Rig rig;
  const RegisteredEvent lamp = rig.add({"X_LAMP", {{"id", Type::text, false, {}, 2}}});
  lamp.emit({"abc"});
  lamp.emit({1});
  lamp.emit({});
  lamp.emit({"ab"});
  CHECK(rig.lines(WireForm::qemu).size() == 1);
  const EventCounters counters = rig.counters_of(lamp);
  CHECK(counters.refused_oversize == 1);
  CHECK(counters.refused_invalid == 2);
  CHECK(counters.emitted == 4);
  CHECK(adds_up(counters));
}

TEST_CASE("a declared rate limit holds for each value of its key", "[emit]") {
  Rig rig;
  const RegisteredEvent lamp =
      rig.add({"X_LAMP", {{"id", Type::text}, {"level", Type::integer}}, 1000, "id"});
  for (int level = 0; level < 3; ++level) {
    lamp.emit({"a", level});
    lamp.emit({"b", level});
  }
  CHECK(rig.lines(WireForm::qemu).size() == 2);
  rig.clock.advance_us(1'000'000);
  const auto lines = rig.lines(WireForm::qemu);
  REQUIRE(lines.size() == 4);
  for (const std::size_t late : {2, 3}) CHECK(lines[late].find("\"level\": 2") != std::string::npos);
  CHECK(rig.counters_of(lamp).merged == 2);
  CHECK(adds_up(rig.counters_of(lamp)));
}

TEST_CASE("a limit given later holds, too, and one taken away does not", "[emit]") {
  Rig rig;
  const RegisteredEvent lamp = rig.add({"X_LAMP"});
  rig.core->set_rate_limit(lamp.kind(), 1000);
  lamp.emit({});
  lamp.emit({});
  CHECK(rig.lines(WireForm::qemu).size() == 1);
  rig.core->set_rate_limit(lamp.kind(), 0);
  lamp.emit({});
  CHECK(rig.lines(WireForm::qemu).size() == 3);
}

TEST_CASE("after the end of its server an event only counts", "[emit]") {
  Rig rig;
  const RegisteredEvent lamp = rig.add({"X_LAMP"});
  rig.core->close();
  lamp.emit({});
  CHECK(rig.lines(WireForm::qemu).empty());
  CHECK(rig.counters_of(lamp).after_end == 1);
}

TEST_CASE("there is room for 64 events, and no more", "[emit]") {
  Rig rig;
  std::vector<RegisteredEvent> events;
  for (std::size_t i = 0; i < kMaxRegisteredEvents; ++i)
    events.push_back(rig.add({"X_A" + std::to_string(i)}));
  const auto shape = EventShape::build({"X_B"});
  CHECK_FALSE(rig.core->add_event(shape.value()));
  events.back().emit({});
  CHECK(rig.lines(WireForm::qemu).size() == 1);
  CHECK(rig.counters_of(events.back()).published == 1);
  CHECK(rig.counters_of(events.front()).emitted == 0);
}

TEST_CASE("a flood of a registered event leaves room for the others, and its loss is told", "[emit]") {
  Rig rig;
  const RegisteredEvent lamp = rig.add({"X_LAMP", {{"text", Type::text}}});
  const std::string text(200, 'x');
  for (int i = 0; i < 100'000; ++i) lamp.emit({text});
  rig.emitter.emit(Stop{});
  rig.core->settle(rig.sink);
  CHECK(rig.counters(EventKind::stop).published == 1);
  REQUIRE(rig.sink.gaps.size() == 1);
  CHECK(rig.sink.gaps[0].first == lamp.kind());
  CHECK(rig.sink.gaps[0].second == rig.counters_of(lamp).refused_ring_share);
  CHECK(adds_up(rig.counters_of(lamp)));
}

TEST_CASE("threads emit registered events at once, and none is torn or lost", "[emit]") {
  Rig rig;
  const RegisteredEvent lamp = rig.add({"X_LAMP", {{"who", Type::integer}, {"n", Type::integer}}});
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  std::vector<std::thread> threads;
  for (int who = 0; who < kThreads; ++who) {
    threads.emplace_back([&lamp, who] {
      for (int n = 0; n < kEach; ++n) lamp.emit({who, n});
    });
  }
  for (auto& thread : threads) thread.join();
  const auto lines = rig.lines(WireForm::qemu);
  CHECK(lines.size() == kThreads * kEach);
  std::array<int, kThreads> next{};
  for (const std::string& line : lines) {
    const int who = std::stoi(line.substr(line.find("\"who\": ") + 7));
    CHECK(std::stoi(line.substr(line.find("\"n\": ") + 5)) == next[static_cast<std::size_t>(who)]++);
  }
}

}  // namespace
}  // namespace qmpev
