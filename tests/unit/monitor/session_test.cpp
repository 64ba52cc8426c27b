// SPDX-License-Identifier: MIT
// One client's conversation, from the greeting to the close.
#include "monitor/session.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "fake_room.hpp"

namespace qmpev::test {
namespace {

using Lines = std::vector<std::string>;

std::string joined(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string event_line(const std::string& name) {
  return "{\"event\": \"d" + name + "\"}";
}

TEST_CASE("the greeting comes first, alone in one write, even when the client spoke first", "[monitor]") {
  FakeRoom room;
  const auto client = std::make_shared<FakeClient>();
  client->send(R"({"execute":"query-name"})");
  room.open(client);
  REQUIRE(client->writes.size() == 1);
  CHECK(client->writes[0] == std::string(kGreeting) + "\r\n");
  CHECK(client->reads == 0);
  room.run();
  CHECK(
      client->lines() ==
      Lines{
          kGreeting,
          R"({"error": {"class": "CommandNotFound", "desc": "Expecting capabilities negotiation with 'qmp_capabilities'"}})"});
}

TEST_CASE("nothing is read before the whole greeting is out", "[monitor]") {
  FakeRoom room;
  const auto client = std::make_shared<FakeClient>();
  client->room = 10;
  client->send(kNegotiate);
  room.open(client);
  room.run();
  CHECK(client->reads == 0);
  CHECK(client->received == std::string(kGreeting).substr(0, 10));
  client->room = SIZE_MAX;
  room.run();
  CHECK(client->lines() == Lines{kGreeting, kNegotiated});
}

TEST_CASE("events come only after the reply to the negotiation, and that reply is alone in its write",
          "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect();
  room.emit("early");
  room.run();
  room.emit("just before");
  client.send(R"({"execute":"nothing"}{"execute":"qmp_capabilities","id":1}{"execute":"mute","id":2})");
  room.run();
  room.emit("late");
  room.run();
  const Lines writes(client.writes.begin() + 1, client.writes.end());
  REQUIRE(writes.size() == 4);
  CHECK(writes[0].find("Expecting") != std::string::npos);
  CHECK(writes[1] == "{\"return\": {}, \"id\": 1}\r\n");
  CHECK(writes[2] == "{\"return\": {}, \"id\": 2}\r\n");
  CHECK(writes[3] == event_line("late") + "\r\n");
  CHECK(room.audience == 1);
}

TEST_CASE("a failed negotiation leaves the session silent, and a later one succeeds", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect();
  client.send(R"({"execute":"qmp_capabilities","arguments":{"enable":["bad"]}})");
  room.run();
  room.emit("unheard");
  room.run();
  CHECK(client.lines().size() == 2);
  CHECK(room.audience == 0);
  client.send(kNegotiate);
  room.run();
  CHECK(client.lines().back() == kNegotiated);
}

TEST_CASE("a second negotiation is refused and changes nothing", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  client.send(kNegotiate);
  room.run();
  CHECK(
      client.lines() ==
      Lines{
          R"({"error": {"class": "CommandNotFound", "desc": "Capabilities negotiation is already complete, command ignored"}})"});
  room.emit("on");
  room.run();
  CHECK(client.lines().back() == event_line("on"));
}

TEST_CASE("each session gets the form of its listener", "[monitor]") {
  FakeRoom room;
  FakeClient& document = room.connect_negotiated(WireForm::document);
  FakeClient& qemu = room.connect_negotiated(WireForm::qemu);
  room.emit("X");
  room.run();
  CHECK(document.received == FakeRoom::line_of("X", "d"));
  CHECK(qemu.received == FakeRoom::line_of("X", "q"));
  CHECK(room.audience == 2);
}

TEST_CASE("events that a command causes precede its reply", "[monitor]") {
  FakeRoom room;
  room.add("cause", [&](const Value&) -> CommandResult {
    room.emit("one");
    room.emit("two");
    return Value::object();
  });
  FakeClient& client = room.connect_negotiated();
  FakeClient& other = room.connect_negotiated();
  client.send(R"({"execute":"cause","id":1}{"execute":"cause","id":2}{"execute":"mute","id":3})");
  room.run();
  CHECK(client.lines() == Lines{event_line("one"), event_line("two"), R"({"return": {}, "id": 1})",
                                event_line("one"), event_line("two"), R"({"return": {}, "id": 2})",
                                R"({"return": {}, "id": 3})"});
  CHECK(other.received == room.published);
}

TEST_CASE("many events take one write", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  room.emit_many(300, 120);
  room.run();
  CHECK(client.writes.size() == 1);
  CHECK(client.received == room.published);
  CHECK(room.statistics().sessions.delivered == 300);
}

TEST_CASE("any id comes back, none makes none, and answers keep the order of questions", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  const Lines ids{"7", "\"text\"", "null", "true", "{\"a\": [1, {}]}", "[]", "0.5", "18446744073709551615"};
  Lines expected;
  for (const std::string& id : ids) {
    client.send(R"({"execute":"mute","id":)" + id + "}");
    expected.push_back(R"({"return": {}, "id": )" + id + "}");
    client.send(R"({"execute":})");
    expected.push_back(
        R"({"error": {"class": "GenericError", "desc": "JSON parse error, expecting value"}})");
  }
  client.send(R"({"execute":"mute"})");
  expected.push_back(R"({"return": {}})");
  SECTION("in one piece") {}
  SECTION("byte by byte") {
    client.max_read = 1;
  }
  room.run();
  CHECK(client.lines() == expected);
  CHECK(room.statistics().sessions.replies == expected.size() + 2);
}

// --- the whole stream, cut anywhere ---

/// One conversation with everything in it: replies, errors, events of its own commands and of others.
std::string conversation(FakeClient& client, FakeRoom& room, std::size_t cut, bool then_byte_by_byte) {
  client.send(R"({"execute":"query-name"}{"execute":"qmp_capabilities","id":"n"}{"execute":"cause","id":1})");
  client.room = cut;
  room.emit("before");
  room.run();
  room.emit("between");
  client.send(R"({"execute":"mute","id":2})");
  room.run();
  room.emit("after");
  room.turn();
  if (then_byte_by_byte) {
    client.max_write = 1;
    client.max_read = 3;
  }
  client.room = SIZE_MAX;
  room.run();
  return client.received;
}

TEST_CASE("wherever a socket stops taking bytes, the client gets the same bytes", "[monitor]") {
  const bool byte_by_byte = GENERATE(false, true);
  std::string whole;
  for (std::size_t cut = 100'000, first = 1; cut > 0; cut = first ? whole.size() : cut - 1, first = 0) {
    FakeRoom room;
    room.add("cause", [&](const Value&) -> CommandResult {
      room.emit("caused");
      return Value::object();
    });
    const std::string received = conversation(room.connect(), room, cut, byte_by_byte);
    if (first) {
      whole = received;
      INFO(whole);
      REQUIRE(whole.find("before") == std::string::npos);
      REQUIRE(whole.find("caused") < whole.find("\"id\": 1}"));
      REQUIRE(whole.find("\"id\": 1}") < whole.find("between"));
      REQUIRE(whole.find("between") < whole.find("\"id\": 2}"));
      REQUIRE(whole.find("\"id\": 2}") < whole.find("after"));
      continue;
    }
    // The order of replies and events depends on when the commands were read, which the socket decides; but
    // here it must not: as soon as the greeting is out all commands are read before anything else is emitted.
    if (cut < std::string(kGreeting).size() + 2) continue;
    REQUIRE(received == whole);
  }
}

TEST_CASE("at no cut does an event come before the reply to the negotiation", "[monitor]") {
  const std::size_t handshake = std::string(kGreeting).size() + std::string(kNegotiated).size() + 4;
  for (std::size_t cut = 0; cut <= handshake + 40; ++cut) {
    FakeRoom room;
    const auto client = std::make_shared<FakeClient>();
    client->room = cut;
    client->send(kNegotiate);
    room.open(client);
    for (int i = 0; i < 20; ++i) {
      room.emit_many(5, 60);
      room.turn();
      REQUIRE(client->received.size() <= cut);
    }
    client->room = SIZE_MAX;
    for (int i = 0; i < 20; ++i) {
      room.emit_many(5, 60);
      room.turn();
    }
    room.run();
    const Lines lines = client->lines();
    REQUIRE(lines.size() > 2);
    CHECK(lines[0] == kGreeting);
    CHECK(lines[1] == kNegotiated);
    // What follows is a subsequence without a hole: nothing was lost, so it is the end of what was published.
    const std::string events = client->received.substr(handshake);
    CHECK(events == room.published.substr(room.published.size() - events.size()));
    CHECK(room.statistics().sessions.dropped == 0);
  }
}

// --- slow clients ---

TEST_CASE("what a slow client loses is counted to the line, and said once", "[monitor]") {
  std::vector<std::string> said;
  FakeRoom room(kMinLogBytes, kMaxUnsentReplyBytes, {}, [&](LogLevel level, std::string_view text) {
    CHECK(level == LogLevel::warning);
    said.emplace_back(text);
  });
  FakeClient& slow = room.connect_negotiated();
  FakeClient& quick = room.connect_negotiated();
  slow.room = 1000;  // two lines and a part of the third
  for (int i = 0; i < 1000; ++i) {
    room.emit_many(1, 400);
    room.run();
  }
  CHECK(quick.received == room.published);
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("unix:test") != std::string::npos);
  const std::uint64_t held = kMinLogBytes / 400;
  CHECK(room.statistics().sessions.dropped == 1000 - 3 - held);
  CHECK(room.statistics().log_bytes_unsent == held * 400 + 200);
  slow.room = SIZE_MAX;
  room.run();
  CHECK(slow.received == room.published.substr(0, 3 * 400) + room.published.substr((1000 - held) * 400));
  CHECK(room.statistics().sessions.delivered == 1000 + 3 + held);
  CHECK(room.statistics().log_bytes_unsent == 0);
  CHECK(said.size() == 1);
}

TEST_CASE("below and at the capacity of the log nothing is lost, above it the oldest line is", "[monitor]") {
  constexpr std::size_t kLine = 512;
  constexpr std::size_t kFit = kMinLogBytes / kLine;
  const std::size_t over = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{2});
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  client.room = 0;
  room.emit_many(kFit - 1 + over, kLine);
  room.run();
  client.room = SIZE_MAX;
  room.run();
  const std::size_t lost = over == 2 ? 1 : 0;
  CHECK(room.statistics().sessions.dropped == lost);
  CHECK(client.received == room.published.substr(lost * kLine));
}

TEST_CASE("replies are never dropped, whatever events are lost around them", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  client.room = 0;
  Lines ids;
  for (int i = 0; i < 100; ++i) {
    client.send(R"({"execute":"mute","id":)" + std::to_string(i) + "}");
    room.emit_many(20, 300);
    room.run();
  }
  client.room = SIZE_MAX;
  room.run();
  for (const std::string& line : client.lines()) {
    if (line.find("return") != std::string::npos) ids.push_back(line);
  }
  REQUIRE(ids.size() == 100);
  for (int i = 0; i < 100; ++i) {
    CHECK(ids[static_cast<std::size_t>(i)] == R"({"return": {}, "id": )" + std::to_string(i) + "}");
  }
  CHECK(room.statistics().sessions.dropped > 1000);
}

// --- back-pressure ---

TEST_CASE("input is suspended when more than the limit is unsent, not at it, and resumes below half",
          "[monitor]") {
  constexpr std::size_t kOneReply = 16;  // {"return": {}} CR LF
  constexpr std::size_t kLimit = 20 * kOneReply;
  FakeRoom room(kMinLogBytes, kLimit);
  FakeClient& client = room.connect_negotiated();
  client.room = 0;
  client.send(joined(20, R"({"execute":"mute"})"));
  room.run();
  CHECK(client.wants_input);  // at the limit
  CHECK(room.statistics().sessions.input_suspended == 0);
  client.send(joined(30, R"({"execute":"mute"})"));
  room.run();
  CHECK_FALSE(client.wants_input);
  CHECK(room.statistics().sessions.input_suspended == 1);
  const std::size_t reads = client.reads;
  client.send("more");
  // 21 replies are queued. Down to exactly half, nothing moves.
  client.read(11 * kOneReply);
  room.run();
  CHECK(client.reads == reads);
  CHECK_FALSE(client.wants_input);
  CHECK(room.statistics().sessions.input_suspended == 1);
  client.read(1);
  room.run();
  // Below half the 29 left over are answered, until the limit again.
  CHECK(room.statistics().sessions.input_suspended == 2);
  client.read(SIZE_MAX);
  client.input.clear();
  room.run();
  CHECK(client.lines() == Lines(50, R"({"return": {}})"));
  CHECK(client.wants_input);
}

TEST_CASE("others do not notice a suspended session, and it still hears events", "[monitor]") {
  FakeRoom room(kMinLogBytes, 100);
  FakeClient& stuck = room.connect_negotiated();
  FakeClient& other = room.connect_negotiated();
  stuck.room = 0;
  stuck.send(joined(1000, R"({"execute":"mute"})"));
  room.run();
  other.send(R"({"execute":"mute","id":9})");
  room.emit("X");
  room.run();
  CHECK(other.received.find("\"id\": 9") != std::string::npos);
  CHECK(other.received.find(event_line("X")) != std::string::npos);
  stuck.room = SIZE_MAX;
  room.run();
  const Lines lines = stuck.lines();
  CHECK(lines.size() == 1001);
  CHECK(std::count(lines.begin(), lines.end(), event_line("X")) == 1);
}

TEST_CASE("a limit of one byte suspends and resumes, too", "[monitor]") {
  FakeRoom room(kMinLogBytes, 1);
  FakeClient& client = room.connect_negotiated();
  client.max_write = 1;
  client.send(joined(10, R"({"execute":"mute"})"));
  room.run();
  CHECK(client.lines() == Lines(10, R"({"return": {}})"));
}

// --- budgets ---

TEST_CASE("one session reads, answers and writes only so much per dispatch", "[monitor]") {
  FakeRoom room;
  SECTION("input") {
    FakeClient& client = room.connect_negotiated();
    client.send(std::string(3 * kReadBudgetBytes, ' '));
    room.turn();
    CHECK(client.input.size() == 2 * kReadBudgetBytes);
  }
  SECTION("commands") {
    FakeClient& client = room.connect_negotiated();
    client.send(joined(4 * kItemBudget, R"({"execute":"mute"})"));
    client.poll();
    CHECK(client.lines().size() == kItemBudget);
    CHECK(room.monitors.pump());
    CHECK(client.lines().size() == 2 * kItemBudget);
    room.run();
    CHECK(client.lines().size() == 4 * kItemBudget);
  }
  SECTION("output") {
    FakeRoom large(std::size_t{1} << 20);
    FakeClient& client = large.connect_negotiated();
    large.emit_many(1000, 1000);
    large.turn();
    CHECK(client.received.size() == kWriteBudgetBytes);
    CHECK(client.wants_output);
    client.poll();
    CHECK(client.received.size() == 2 * kWriteBudgetBytes);
    large.run();
    CHECK(client.received == large.published);
  }
}

TEST_CASE("flushing knows no budget", "[monitor]") {
  FakeRoom room(std::size_t{1} << 20);
  FakeClient& client = room.connect_negotiated();
  FakeClient& full = room.connect_negotiated();
  full.room = 10;
  room.emit_many(1000, 1000);
  room.settle();
  CHECK_FALSE(room.monitors.flush());
  CHECK(client.received == room.published);
  full.room = SIZE_MAX;
  CHECK(room.monitors.flush());
  CHECK(full.received == room.published);
}

TEST_CASE("unfinished input of all sessions together is bounded", "[monitor]") {
  EventLog log(kMinLogBytes);
  Dispatcher dispatcher(FakeRoom::version());
  FakeRoom source;
  SessionCounters counters;
  const LogCallback silent;
  SessionSurroundings around{.log = log,
                             .dispatcher = dispatcher,
                             .source = source,
                             .counters = counters,
                             .log_callback = silent,
                             .max_input_bytes = 3 * kFreeInputBytes,
                             .read_buffer = std::make_unique<char[]>(kReadBudgetBytes)};
  struct Owner final : SessionOwner {
    void entered_command(Session&) noexcept override {}
    void left_command(Session&) noexcept override {}
    void put_off(Session&) noexcept override {}
    void closed(Session&) noexcept override {}
  } owner;
  std::vector<std::shared_ptr<FakeClient>> clients;
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_shared<FakeClient>());
    sessions.push_back(std::make_unique<Session>(around, owner, std::make_unique<FakeStream>(clients.back()),
                                                 WireForm::qemu, "test", Seat()));
    sessions.back()->start();
  }
  const auto send = [&](std::size_t client, const std::string& bytes) {
    clients[client]->send(bytes);
    while (!clients[client]->input.empty()) clients[client]->poll();
  };
  send(0, "[\"" + std::string(2 * kFreeInputBytes, 'x'));
  CHECK(counters.input_refused == 0);
  CHECK(around.input_bytes > 2 * kFreeInputBytes);
  send(1, "[\"" + std::string(kFreeInputBytes / 2, 'x') + "\"]");  // a small one is nobody's trouble
  CHECK(counters.input_refused == 0);
  CHECK(clients[1]->lines().back().find("must be a JSON object") != std::string::npos);
  send(0, std::string(2 * kFreeInputBytes, 'x'));
  CHECK(counters.input_refused == 1);
  CHECK(clients[0]->lines().at(1) ==
        R"({"error": {"class": "GenericError", "desc": "JSON token size limit exceeded"}})");
  send(0, "[\"" + std::string(kFreeInputBytes, 'x'));
  CHECK(around.input_bytes > kFreeInputBytes);
  sessions[0]->end();
  CHECK(around.input_bytes == 0);
  sessions.clear();
}

// --- endings ---

TEST_CASE("at the end of input every complete command is answered, then the session closes", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect();
  client.send(std::string(kNegotiate) + joined(2000, R"({"execute":"mute"})") + R"({"execute":"mu)");
  client.half_close();
  client.max_write = GENERATE(std::size_t{7}, SIZE_MAX);
  room.run();
  CHECK(client.lines().size() == 2002);
  CHECK(client.closed);
  CHECK(room.statistics().sessions.closed == 1);
  CHECK(room.statistics().sessions_open == 0);
  CHECK(room.audience == 0);
}

TEST_CASE("a session that closes waits for its replies, not for events", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  client.room = 0;
  room.emit("preceding");
  room.run();
  client.send(R"({"execute":"mute","id":1})");
  client.half_close();
  room.run();
  room.emit("following");
  room.run();
  CHECK_FALSE(client.closed);
  CHECK(room.audience == 0);
  client.room = SIZE_MAX;
  room.run();
  CHECK(client.closed);
  CHECK(client.lines() == Lines{event_line("preceding"), R"({"return": {}, "id": 1})"});
}

TEST_CASE("a suspended session answers all its input before the end closes it", "[monitor]") {
  FakeRoom room(kMinLogBytes, 100);
  FakeClient& client = room.connect_negotiated();
  client.room = 0;
  client.send(joined(5000, R"({"execute":"mute"})"));
  client.half_close();
  room.run();
  CHECK_FALSE(client.closed);
  client.room = SIZE_MAX;
  room.run();
  CHECK(client.lines().size() == 5000);
  CHECK(client.closed);
}

TEST_CASE("a dead peer closes the session quietly, at whatever write it is found", "[monitor]") {
  std::vector<std::string> said;
  FakeRoom room(kMinLogBytes, kMaxUnsentReplyBytes, {},
                [&](LogLevel, std::string_view text) { said.emplace_back(text); });
  const auto client = std::make_shared<FakeClient>();
  const int error = GENERATE(EPIPE, ECONNRESET);
  SECTION("the greeting") {
    client->write_error = error;
    room.open(client);
  }
  SECTION("an event") {
    room.open(client);
    client->send(kNegotiate);
    room.run();
    client->write_error = error;
    room.emit("X");
  }
  SECTION("a reply") {
    room.open(client);
    room.run();
    client->write_error = error;
    client->send(kNegotiate);
  }
  client->hung_up = true;
  room.run();
  CHECK(client->closed);
  CHECK(room.statistics().sessions.closed == 1);
  CHECK(room.statistics().sessions_open == 0);
  CHECK(room.audience == 0);
  CHECK(said.empty());
}

TEST_CASE("a peer that only stops reading hears nothing more, but its commands are carried out",
          "[monitor]") {
  FakeRoom room;
  int carried_out = 0;
  room.add("count", [&](const Value&) -> CommandResult {
    ++carried_out;
    return Value::object();
  });
  FakeClient& client = room.connect_negotiated();
  client.write_error = EPIPE;
  room.emit("X");
  room.run();
  CHECK(room.audience == 0);
  CHECK_FALSE(client.closed);
  const std::size_t calls = client.write_calls;
  client.send(R"({"execute":"count"})");
  room.emit("Y");
  room.run();
  CHECK(carried_out == 1);
  CHECK(client.write_calls == calls);
  client.half_close();
  room.run();
  CHECK(client.closed);
}

TEST_CASE("a failed read closes the session, whatever it had to say", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  client.room = 0;
  client.send(R"({"execute":"mute"})");
  room.run();
  client.read_error = ECONNRESET;
  room.run();
  CHECK(client.closed);
}

TEST_CASE("a failed read ends the audience", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  client.read_error = ECONNRESET;
  room.run();
  CHECK(client.closed);
  CHECK(room.audience == 0);
}

TEST_CASE("commands of a client that is gone are still carried out", "[monitor]") {
  FakeRoom room;
  int carried_out = 0;
  room.add("count", [&](const Value&) -> CommandResult {
    ++carried_out;
    return Value::object();
  });
  const auto client = std::make_shared<FakeClient>();
  client->write_error = EPIPE;
  client->hung_up = true;
  client->send(std::string(kNegotiate) + R"({"execute":"count"}{"execute":"count"})");
  room.open(client);
  room.run();
  CHECK(carried_out == 2);
  CHECK(client->closed);
  CHECK(room.audience == 0);
}

TEST_CASE("a peer that is gone ends a suspended session, too", "[monitor]") {
  FakeRoom room(kMinLogBytes, 100);
  FakeClient& client = room.connect_negotiated();
  client.room = 0;
  client.send(joined(100, R"({"execute":"mute"})"));
  room.run();
  CHECK_FALSE(client.wants_input);
  client.hung_up = true;
  client.write_error = EPIPE;
  room.run();
  CHECK(client.closed);
}

TEST_CASE("after quit is answered no further command is, but events still come", "[monitor]") {
  int stopped = 0;
  FakeRoom* the_room = nullptr;
  RunState run_state;
  run_state.quit = [&] {
    the_room->emit("SHUTDOWN");
    return Answer::empty();
  };
  run_state.stop = [&] {
    ++stopped;
    return Answer::empty();
  };
  FakeRoom room(kMinLogBytes, kMaxUnsentReplyBytes, run_state);
  the_room = &room;
  FakeClient& client = room.connect_negotiated();
  client.send(R"({"execute":"quit","id":1}{"execute":"stop","id":2})");
  room.run();
  client.send(R"({"execute":"stop","id":3})");
  room.run();
  room.emit("later");
  room.run();
  CHECK(client.lines() == Lines{event_line("SHUTDOWN"), R"({"return": {}, "id": 1})", event_line("later")});
  CHECK(stopped == 0);
  CHECK_FALSE(client.closed);
  client.half_close();
  room.run();
  CHECK(client.closed);
}

TEST_CASE("a refused quit ends nothing", "[monitor]") {
  RunState run_state;
  run_state.quit = [] { return Answer::error(ErrorClass::generic_error, "not now"); };
  FakeRoom room(kMinLogBytes, kMaxUnsentReplyBytes, run_state);
  FakeClient& client = room.connect_negotiated();
  client.send(R"({"execute":"quit"}{"execute":"mute"})");
  room.run();
  CHECK(client.lines() ==
        Lines{R"({"error": {"class": "GenericError", "desc": "not now"}})", R"({"return": {}})"});
}

}  // namespace
}  // namespace qmpev::test
