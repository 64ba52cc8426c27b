// SPDX-License-Identifier: MIT
// Sessions with out-of-band execution: what overtakes, what waits in the queue and in which order it comes
// out, and what becomes of it when somebody goes.
#include "monitor/session.hpp"

#include <deque>
#include <string>
#include <utility>

#include "fake_room.hpp"

namespace qmpev::test {
namespace {

const char* const kEnable = R"({"execute":"qmp_capabilities","arguments":{"enable":["oob"]}})";

std::string late(const std::string& id) {
  return R"({"execute":"late","id":)" + id + "}";
}
std::string mute(const std::string& id) {
  return R"({"execute":"mute","id":)" + id + "}";
}
std::string quick(const std::string& id) {
  return R"({"exec-oob":"quick","id":)" + id + "}";
}
std::string reply(const std::string& id) {
  return R"({"return": {}, "id": )" + id + "}";
}

/// A room with a command that answers when the test says so, and one that is allowed out of band.
struct OobRoom {
  explicit OobRoom(RunControl run_state = {}, std::size_t max_unsent_reply_bytes = kMaxUnsentReplyBytes)
      : room(kMinLogBytes, max_unsent_reply_bytes, std::move(run_state)) {
    REQUIRE(room.dispatcher.add("late", {.later = [this](const Value&, Call call) {
                                  call.on_cancel([this] { ++told; });
                                  calls.push_back(std::move(call));
                                }}));
    REQUIRE(room.dispatcher.add(
        "quick",
        {.handler = [](const Value&) -> CommandResult { return Value::object(); }, .allow_oob = true}));
    room.add("count", [this](const Value&) -> CommandResult {
      ++counted;
      return Value::object();
    });
  }
  FakeClient& connect(const std::string& negotiate = kEnable) {
    FakeClient& client = room.connect();
    client.send(negotiate);
    room.run();
    client.received.clear();
    return client;
  }
  void answer() {
    REQUIRE_FALSE(calls.empty());
    calls.front().answer(Answer::empty());
    calls.pop_front();
    room.run();
  }
  SessionCounters counters() const { return room.statistics().sessions; }

  std::deque<Call> calls;
  int told = 0;
  int counted = 0;
  FakeRoom room;
};

/// Says `input` to a client with a pending call "slow"; what comes while it is pending.
Lines lines_during(OobRoom& oob, FakeClient& client, const std::string& input) {
  client.send(late("\"slow\""));
  client.send(input);
  oob.room.run();
  Lines lines = client.lines();
  client.received.clear();
  return lines;
}

TEST_CASE("an out-of-band command is answered while another is pending, ahead of those queued", "[monitor]") {
  OobRoom oob;
  FakeClient& client = oob.connect();
  CHECK(lines_during(oob, client, mute("1") + quick("2") + mute("3")) == Lines{reply("2")});
  CHECK(oob.counters().requests_queued == 2);
  client.send(quick("[4]") + R"({"exec-oob":"quick"})");
  oob.room.run();
  CHECK(client.lines() == Lines{reply("[4]"), R"({"return": {}})"});
  client.received.clear();
  oob.answer();
  CHECK(client.lines() == Lines{reply("\"slow\""), reply("1"), reply("3")});
  CHECK(oob.counters().requests_dropped == 0);
}

TEST_CASE("events that an out-of-band command emits precede its reply", "[monitor]") {
  OobRoom oob;
  REQUIRE(oob.room.dispatcher.add("tell", {.handler = [&](const Value&) -> CommandResult {
                                             oob.room.emit("told");
                                             return Value::object();
                                           },
                                           .allow_oob = true}));
  FakeClient& client = oob.connect();
  CHECK(lines_during(oob, client, R"({"exec-oob":"tell"})") ==
        Lines{event_line("told"), R"({"return": {}})"});
}

TEST_CASE("as many requests as the limit wait in the queue; then input waits, out-of-band commands included",
          "[monitor]") {
  const std::size_t queued = GENERATE(kQueuedRequests - 1, kQueuedRequests, kQueuedRequests + 1);
  const std::size_t piece = GENERATE(SIZE_MAX, std::size_t{1}, std::size_t{50});
  OobRoom oob;
  FakeClient& client = oob.connect();
  client.max_read = piece;
  std::string input;
  Lines in_order{reply("\"slow\"")};
  for (std::size_t i = 0; i < queued; ++i) {
    input += mute(std::to_string(i));
    in_order.push_back(reply(std::to_string(i)));
  }
  const Lines during = lines_during(oob, client, input + quick("\"oob\""));
  const bool overtakes = queued < kQueuedRequests;
  CHECK(during == (overtakes ? Lines{reply("\"oob\"")} : Lines{}));
  if (!overtakes) in_order.push_back(reply("\"oob\""));
  CHECK(oob.counters().requests_queued == std::min(queued, kQueuedRequests));
  CHECK(oob.counters().queue_full == (overtakes ? 0 : 1));
  CHECK(client.wants_input == overtakes);
  oob.answer();
  CHECK(client.lines() == in_order);
  CHECK(client.wants_input);
}

TEST_CASE("while the queue is full nothing is read", "[monitor]") {
  OobRoom oob;
  FakeClient& client = oob.connect();
  lines_during(oob, client, joined(kQueuedRequests, mute("1")));
  const std::size_t reads = client.reads;
  client.send(quick("2"));
  oob.room.run();
  CHECK(client.reads == reads);
  CHECK(client.lines().empty());
}

TEST_CASE("a queued command that is answered later holds up those behind it", "[monitor]") {
  OobRoom oob;
  FakeClient& client = oob.connect();
  lines_during(oob, client, late("1") + mute("2") + late("3"));
  oob.answer();
  CHECK(client.lines() == Lines{reply("\"slow\"")});
  client.send(quick("4"));
  oob.room.run();
  oob.answer();
  CHECK(client.lines() == Lines{reply("\"slow\""), reply("4"), reply("1"), reply("2")});
  oob.answer();
  CHECK(client.lines().back() == reply("3"));
}

TEST_CASE("mistakes are answered in their place, and only those of out-of-band requests at once",
          "[monitor]") {
  OobRoom oob;
  FakeClient& client = oob.connect();
  const Lines during = lines_during(
      oob, client,
      R"(@{"id":2}[]{"execute":"x","exec-oob":"y","id":3}{"exec-oob":"quick","bad":1,"id":4}{"exec-oob":5,"id":5})"
      R"({"exec-oob":"nope","id":6}{"exec-oob":"mute","id":7})");
  CHECK(
      during ==
      Lines{
          R"({"id": 4, "error": {"class": "GenericError", "desc": "QMP input member 'bad' is unexpected"}})",
          R"({"id": 5, "error": {"class": "GenericError", "desc": )"
          R"("QMP input member 'exec-oob' must be a string"}})",
          R"({"id": 6, "error": {"class": "CommandNotFound", "desc": )"
          R"("The command nope has not been found"}})",
          R"({"id": 7, "error": {"class": "GenericError", "desc": )"
          R"("The command mute does not support OOB"}})"});
  oob.answer();
  CHECK(client.lines() ==
        Lines{reply("\"slow\""),
              R"({"error": {"class": "GenericError", "desc": "JSON parse error, stray '@'"}})",
              R"({"id": 2, "error": {"class": "GenericError", "desc": "QMP input lacks member 'execute'"}})",
              R"({"error": {"class": "GenericError", "desc": "QMP input must be a JSON object"}})",
              R"({"id": 3, "error": {"class": "GenericError", "desc": )"
              R"("QMP input member 'execute' clashes with 'exec-oob'"}})"});
}

TEST_CASE("without the capability one command is under way and the rest waits unread", "[monitor]") {
  OobRoom oob;
  FakeClient& client = oob.connect(kNegotiate);
  CHECK(lines_during(oob, client, mute("1") + quick("2")).empty());
  CHECK_FALSE(client.wants_input);
  CHECK(oob.counters().requests_queued == 0);
  oob.answer();
  CHECK(client.lines() == Lines{reply("\"slow\""), reply("1"),
                                R"({"id": 2, "error": {"class": "GenericError", "desc": )"
                                R"("QMP input member 'exec-oob' is unexpected"}})"});
}

TEST_CASE("the capability is of one session, from its negotiation on", "[monitor]") {
  OobRoom oob;
  FakeClient& client = oob.room.connect();
  client.send(quick("1") + std::string(kEnable) + quick("2"));
  FakeClient& other = oob.connect(kNegotiate);
  other.send(quick("3"));
  oob.room.run();
  const std::string unexpected =
      R"("error": {"class": "GenericError", "desc": "QMP input member 'exec-oob' is unexpected"}})";
  CHECK(client.lines() == Lines{kGreeting, "{\"id\": 1, " + unexpected, R"({"return": {}})", reply("2")});
  CHECK(other.lines() == Lines{"{\"id\": 3, " + unexpected});
}

TEST_CASE("after a half-close everything that was said is answered, then comes the end", "[monitor]") {
  const bool full = GENERATE(false, true);
  OobRoom oob;
  FakeClient& client = oob.connect();
  client.half_close();
  const std::size_t queued = full ? kQueuedRequests + 2 : 2;
  lines_during(oob, client, joined(queued, mute("1")));
  CHECK_FALSE(client.closed);
  oob.answer();
  CHECK(client.lines().size() == 1 + queued);
  CHECK(client.closed);
}

TEST_CASE("a client that goes cancels its call, and what was queued behind it is not begun", "[monitor]") {
  OobRoom oob;
  FakeClient& client = oob.connect();
  const std::string count = R"({"execute":"count"})";
  SECTION("with everything read") {
    lines_during(oob, client, count + count);
  }
  SECTION("with more input than the queue takes") {
    lines_during(oob, client, joined(kQueuedRequests + 3, count));
  }
  SECTION("in the same moment") {
    client.send(late("1") + count);
    client.hung_up = true;
  }
  client.hung_up = true;
  oob.room.run();
  CHECK(client.closed);
  CHECK(oob.told == 1);
  CHECK(oob.counted == 0);
  CHECK(oob.counters().requests_dropped == oob.counters().requests_queued);
  CHECK(oob.room.statistics().calls.pending == 0);
}

TEST_CASE("a failed read lets go of what waited for replies to be read", "[monitor]") {
  OobRoom oob({}, 10);
  FakeClient& client = oob.connect();
  lines_during(oob, client, R"({"execute":"count"})");
  client.room = 0;
  oob.answer();
  CHECK(oob.counted == 0);
  client.read_error = ECONNRESET;
  oob.room.run();
  CHECK(oob.counted == 1);
  CHECK(client.closed);
}

TEST_CASE("a client that takes nothing any more is gone as far as its queue goes", "[monitor]") {
  OobRoom oob;
  FakeClient& client = oob.connect();
  lines_during(oob, client, R"({"execute":"count"})");
  client.write_error = EPIPE;
  client.send(quick("1"));
  oob.room.run();
  CHECK(oob.told == 1);
  CHECK(oob.counted == 0);
  CHECK(oob.counters().requests_dropped == 1);
}

TEST_CASE("behind a queued quit nothing is answered", "[monitor]") {
  int quits = 0;
  RunControl run_state;
  run_state.quit = [&] {
    ++quits;
    return Answer::empty();
  };
  OobRoom oob(std::move(run_state));
  FakeClient& client = oob.connect();
  const Lines during =
      lines_during(oob, client, R"({"execute":"quit","id":1}{"execute":"count","id":2})" + quick("3"));
  CHECK(during == Lines{reply("3")});
  client.send(R"({"execute":"count","id":4})");
  oob.answer();
  CHECK(client.lines() == Lines{reply("\"slow\""), reply("1")});
  CHECK(quits == 1);
  CHECK(oob.counted == 0);
  CHECK(oob.counters().requests_dropped >= 1);
}

TEST_CASE("the end of the server drops what is queued", "[monitor]") {
  OobRoom oob;
  FakeClient& client = oob.connect();
  lines_during(oob, client, R"({"execute":"count"})");
  oob.room.monitors.end();
  CHECK(client.closed);
  CHECK(client.lines().empty());
  CHECK(oob.told == 1);
  CHECK(oob.counted == 0);
  CHECK(oob.counters().requests_dropped == 1);
}

TEST_CASE("the server may end from inside an out-of-band command", "[monitor]") {
  OobRoom oob;
  REQUIRE(oob.room.dispatcher.add("end", {.handler = [&](const Value&) -> CommandResult {
                                            oob.room.monitors.end();
                                            return Value::object();
                                          },
                                          .allow_oob = true}));
  FakeClient& client = oob.connect();
  const Lines during = lines_during(oob, client, mute("1") + R"({"exec-oob":"end","id":2})" + mute("3"));
  CHECK(during == Lines{reply("2")});
  CHECK(client.closed);
  CHECK(oob.told == 1);
}

TEST_CASE("what is queued counts as input that is held: one too heavy is refused in its place", "[monitor]") {
  OobRoom oob;
  EventLog& log = oob.room.log;
  SessionCounters counters;
  const LogCallback no_log;
  SessionSurroundings around{.log = log,
                             .dispatcher = oob.room.dispatcher,
                             .source = oob.room,
                             .counters = counters,
                             .log_callback = no_log,
                             .input = {.max_bytes = 5 * kFreeInputBytes / 2},
                             .read_buffer = std::make_unique<char[]>(kReadBudgetBytes)};
  struct Owner final : SessionOwner {
    void entered_command(Session&) noexcept override {}
    void left_command(Session&) noexcept override {}
    void hears_registered(bool) noexcept override {}
    void subscribed(bool) noexcept override {}
    void put_off(Session& session) noexcept override { due = &session; }
    void closed(Session&) noexcept override {}
    Session* due = nullptr;
  } owner;
  const auto client = std::make_shared<FakeClient>();
  Session session(around, owner, std::make_unique<FakeStream>(client), MonitorTraits{"test", WireForm::qemu},
                  Seat(), 1);
  session.start();
  const auto send = [&](const std::string& bytes) {
    client->send(bytes);
    while (!client->input.empty()) client->poll();
  };
  const auto heavy = [](const std::string& id, std::size_t bytes = kFreeInputBytes) {
    return R"({"execute":"mute","id":)" + id + R"(,"arguments":{"x":")" + std::string(bytes, 'x') + "\"}}";
  };
  send(std::string(kEnable) + late("0"));
  send(heavy("1") + heavy("2"));
  CHECK(counters.input_refused == 0);
  CHECK(around.input.bytes > 2 * kFreeInputBytes);
  send(heavy("3", kFreeInputBytes * 9 / 10) + mute("4"));
  CHECK(counters.input_refused == 1);
  CHECK(around.input.bytes < 5 * kFreeInputBytes / 2);
  client->received.clear();
  oob.calls.front().answer(Answer::empty());
  oob.room.dispatcher.calls().deliver();
  const std::string unexpected =
      R"("error": {"class": "GenericError", "desc": "Parameter 'x' is unexpected"}})";
  CHECK(client->lines() ==
        Lines{reply("0"), "{\"id\": 1, " + unexpected, "{\"id\": 2, " + unexpected,
              R"({"error": {"class": "GenericError", "desc": "JSON token size limit exceeded"}})",
              reply("4")});
  CHECK(around.input.bytes == 0);
  session.end();
}

}  // namespace
}  // namespace qmpev::test
