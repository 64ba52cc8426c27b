// SPDX-License-Identifier: MIT
// Sessions whose commands are answered later: what waits, what does not, and what ends the waiting.
#include "monitor/session.hpp"

#include <deque>
#include <functional>
#include <string>
#include <utility>

#include "fake_room.hpp"

namespace qmpev::test {
namespace {

const char* const kLate = R"({"execute":"late","id":1})";
const char* const kLateReply = R"({"return": {}, "id": 1})";
const char* const kMute = R"({"execute":"mute","id":2})";
const char* const kMuteReply = R"({"return": {}, "id": 2})";

struct LateRoom {
  explicit LateRoom(std::size_t max_unsent_reply_bytes = kMaxUnsentReplyBytes)
      : room(kMinLogBytes, max_unsent_reply_bytes) {
    REQUIRE(room.dispatcher.add("late", {.later = [this](const Value&, Call call) {
                                  call.on_cancel([this] {
                                    ++told;
                                    if (on_told) on_told();
                                  });
                                  if (on_begin) on_begin(call);
                                  calls.push_back(std::move(call));
                                }}));
  }
  void answer_first() {
    calls.front().answer(Answer::empty());
    calls.pop_front();
    room.run();
  }
  CallCounters counters() const { return room.statistics().calls; }

  std::deque<Call> calls;
  int told = 0;
  std::function<void()> on_told;
  std::function<void(Call&)> on_begin;
  FakeRoom room;
};

TEST_CASE("while a call is pending its session's input waits unread, and nobody else's", "[monitor]") {
  LateRoom late;
  FakeClient& client = late.room.connect_negotiated();
  FakeClient& other = late.room.connect_negotiated(WireForm::qemu);
  client.send(std::string(kLate) + kMute);
  late.room.run();
  CHECK(late.calls.size() == 1);
  CHECK_FALSE(client.wants_input);
  const std::size_t reads = client.reads;
  client.send(kMute);
  other.send(kMute);
  late.room.run();
  CHECK(client.lines().empty());
  CHECK(client.reads == reads);
  CHECK(other.lines() == Lines{kMuteReply});
  CHECK(late.counters().pending == 1);
  late.answer_first();
  CHECK(client.lines() == Lines{kLateReply, kMuteReply, kMuteReply});
  CHECK(late.counters().pending == 0);
  CHECK(late.counters().answered == 1);
}

TEST_CASE("events go on while a call is pending, and those before its answer precede its reply",
          "[monitor]") {
  LateRoom late;
  FakeClient& client = late.room.connect_negotiated();
  client.send(kLate);
  late.room.run();
  late.room.emit("1");
  late.room.run();
  CHECK(client.lines() == Lines{event_line("1")});
  late.room.emit("2");
  late.answer_first();
  late.room.emit("3");
  late.room.run();
  CHECK(client.lines() == Lines{event_line("1"), event_line("2"), kLateReply, event_line("3")});
}

TEST_CASE("a call may be answered before its handler returns", "[monitor]") {
  LateRoom late;
  late.on_begin = [](Call& call) { call.answer(Answer::error(ErrorClass::device_not_active, "no")); };
  FakeClient& client = late.room.connect_negotiated();
  client.send(std::string(kLate) + kMute);
  late.room.run();
  CHECK(client.lines() ==
        Lines{R"({"id": 1, "error": {"class": "DeviceNotActive", "desc": "no"}})", kMuteReply});
  CHECK(late.counters().pending == 0);
}

TEST_CASE("after a half-close the reply still comes, then the rest, then the end", "[monitor]") {
  LateRoom late;
  FakeClient& client = late.room.connect_negotiated();
  client.send(std::string(kLate) + kMute + kLate);
  client.half_close();
  late.room.run();
  CHECK_FALSE(client.closed);
  CHECK(late.told == 0);
  late.answer_first();
  CHECK(client.lines() == Lines{kLateReply, kMuteReply});
  CHECK_FALSE(client.closed);
  late.answer_first();
  CHECK(client.lines() == Lines{kLateReply, kMuteReply, kLateReply});
  CHECK(client.closed);
  CHECK(late.counters().cancelled == 0);
}

TEST_CASE("a client that is gone cancels its call, though its input is not read", "[monitor]") {
  LateRoom late;
  FakeClient& client = late.room.connect_negotiated();
  client.send(kLate);
  late.room.run();
  client.hung_up = true;
  SECTION("with nothing else to tell") {}
  SECTION("while its socket is full") {
    client.room = 0;
    late.room.emit_many(10, 100);
  }
  late.room.run();
  CHECK(late.told == 1);
  CHECK(late.calls.front().cancelled());
  CHECK(client.closed);
  CHECK(late.room.statistics().sessions_open == 0);
  late.answer_first();
  CHECK(late.counters().answered_after_end == 1);
  CHECK(late.counters().cancelled == 1);
}

TEST_CASE("commands behind a cancelled call are still carried out", "[monitor]") {
  LateRoom late;
  int carried_out = 0;
  late.room.add("count", [&](const Value&) -> CommandResult {
    ++carried_out;
    return Value::object();
  });
  FakeClient& client = late.room.connect_negotiated();
  client.send(std::string(kLate) + kLate);
  client.hung_up = GENERATE(false, true);  // before the first call begins, or while it is pending
  late.room.turn();
  client.send(R"({"execute":"count"})");
  client.hung_up = true;
  late.room.run();
  CHECK(late.calls.size() == 2);
  CHECK(late.told == 2);
  CHECK(carried_out == 1);
  CHECK(client.closed);
  CHECK(late.counters().cancelled == 2);
}

TEST_CASE("a client that takes nothing any more cancels its call", "[monitor]") {
  LateRoom late;
  FakeClient& client = late.room.connect_negotiated();
  client.send(kLate);
  late.room.run();
  client.write_error = EPIPE;
  late.room.emit("X");
  late.room.run();
  CHECK(late.told == 1);
  CHECK_FALSE(client.closed);  // it may still send
  client.half_close();
  late.room.run();
  CHECK(client.closed);
}

TEST_CASE("a call that is given up is answered, and the session goes on", "[monitor]") {
  LateRoom late;
  FakeClient& client = late.room.connect_negotiated();
  client.send(std::string(kLate) + kMute);
  late.room.run();
  late.calls.clear();
  late.room.run();
  CHECK(client.lines() == Lines{R"({"id": 1, "error": {"class": "GenericError", "desc": )"
                                R"("The command late was given up without an answer"}})",
                                kMuteReply});
  CHECK(late.told == 0);
}

TEST_CASE("the end of the server cancels calls, but sends answers that were given", "[monitor]") {
  LateRoom late;
  FakeClient& waits = late.room.connect_negotiated();
  FakeClient& answered = late.room.connect_negotiated();
  waits.send(std::string(kLate) + kMute);
  late.room.run();
  answered.send(std::string(kLate) + kMute);
  late.room.run();
  late.room.emit("last");
  late.calls.back().answer(Answer::empty());
  late.room.settle();  // as the server does
  late.room.monitors.end();
  late.room.monitors.reap();
  CHECK(waits.lines() == Lines{event_line("last")});
  CHECK(answered.lines() == Lines{event_line("last"), kLateReply});
  CHECK(waits.closed);
  CHECK(answered.closed);
  CHECK(late.told == 1);
  CHECK(late.calls.front().cancelled());
  CHECK_FALSE(late.calls.back().cancelled());
}

TEST_CASE("the server may end, and the loop run, from inside what a cancelled call tells", "[monitor]") {
  LateRoom late;
  FakeClient& client = late.room.connect_negotiated();
  FakeClient& other = late.room.connect_negotiated();
  client.send(kLate);
  other.send(kLate);
  late.room.run();
  SECTION("ends it") {
    late.on_told = [&] { late.room.monitors.end(); };
    client.hung_up = true;
    late.room.run();
    CHECK(late.told == 2);
    CHECK(other.closed);
  }
  SECTION("runs the loop") {
    late.on_told = [&] { late.room.turn(); };
    client.hung_up = true;
    late.room.run();
    CHECK(late.told == 1);
    CHECK_FALSE(other.closed);
  }
  CHECK(client.closed);
}

TEST_CASE("a call that begins in the loop that a cancelled one runs is cancelled, too", "[monitor]") {
  LateRoom late;
  FakeClient& client = late.room.connect_negotiated();
  client.write_error = EPIPE;
  late.room.emit("X");
  late.room.run();
  late.on_told = [&] {
    client.send(kMute);  // so that the loop turns to its session
    if (late.told == 1) late.room.turn();
  };
  client.send(std::string(kLate) + kLate + kLate);
  late.room.run();
  CHECK(late.calls.size() == 3);
  CHECK(late.told == 3);
  CHECK(late.counters().pending == 0);
}

TEST_CASE("the server may end from inside the handler of a call", "[monitor]") {
  LateRoom late;
  late.on_begin = [&](Call&) { late.room.monitors.end(); };
  FakeClient& client = late.room.connect_negotiated();
  client.send(kLate);
  late.room.run();
  CHECK(late.told == 1);
  CHECK(client.closed);
  CHECK(late.counters().pending == 0);
}

TEST_CASE("a flush delivers answers", "[monitor]") {
  LateRoom late;
  FakeClient& client = late.room.connect_negotiated();
  client.send(kLate);
  late.room.run();
  CHECK(late.room.monitors.flush());  // a pending call has nothing to send
  late.calls.front().answer(Answer::empty());
  CHECK(late.room.monitors.flush());
  CHECK(client.lines() == Lines{kLateReply});
}

TEST_CASE("a session goes without a call having been told of by anybody else", "[monitor]") {
  int told = 0;
  {
    LateRoom late;
    late.on_told = [&] { ++told; };
    late.room.connect_negotiated().send(kLate);
    late.room.run();
    CHECK(told == 0);
  }
  CHECK(told == 1);
}

}  // namespace
}  // namespace qmpev::test
