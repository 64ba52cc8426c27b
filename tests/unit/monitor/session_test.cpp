// SPDX-License-Identifier: MIT
// One client's conversation: greeting, negotiation, and the order of replies and events. How it bears slow
// clients is in session_pace_test.cpp, how it ends in session_end_test.cpp.
#include "monitor/session.hpp"

#include <string>
#include <vector>

#include "fake_room.hpp"

namespace qmpev::test {
namespace {

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

TEST_CASE("a filter is one session's, and begins behind its reply", "[monitor]") {
  FakeRoom room;
  FakeClient& some = room.connect_negotiated();
  FakeClient& all = room.connect_negotiated();
  room.emit("0 before");  // RESUME, as FakeRoom has it
  some.send(R"({"execute":"x-qmpev-filter","arguments":{"events":["STOP"]}})");
  some.poll();
  for (const char* name : {"1", "2", "3"}) room.emit(name);
  room.run();
  CHECK(some.lines() == Lines{event_line("0 before"), kNegotiated, event_line("1"), event_line("3")});
  CHECK(all.lines() == Lines{event_line("0 before"), event_line("1"), event_line("2"), event_line("3")});
  CHECK(room.statistics().sessions.filtered == 1);
  some.received.clear();
  some.send(R"({"execute":"x-qmpev-filter"})");
  some.poll();
  room.emit("4");
  room.run();
  CHECK(some.lines() == Lines{kNegotiated, event_line("4")});
}

TEST_CASE("a filter that is refused changes nothing", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  client.send(R"({"execute":"x-qmpev-filter","arguments":{"events":["NO_SUCH"]}})");
  client.poll();
  room.emit("1");
  room.run();
  CHECK(
      client.lines() ==
      Lines{
          R"({"error": {"class": "GenericError", "desc": "Parameter 'events[0]' expects the name of an event, )"
          R"(or PREFIX_*"}})",
          event_line("1")});
}

TEST_CASE("who asks is told where events are missing, from the reply on, until it asks no more",
          "[monitor]") {
  FakeRoom room;
  FakeClient& some = room.connect_negotiated();
  FakeClient& other = room.connect_negotiated();
  room.log.gap(EventKind::stop, 1);
  room.run();
  some.send(R"({"execute":"x-qmpev-gap-notice"})");
  room.run();
  room.emit("1");
  room.run();
  room.log.gap(EventKind::stop, 2);
  room.run();
  some.send(R"({"execute":"x-qmpev-gap-notice","arguments":{"enable":false}})");
  room.run();
  room.log.gap(EventKind::stop, 3);
  room.run();
  const Lines lines = some.lines();
  REQUIRE(lines.size() == 4);
  CHECK(lines[1] == event_line("1"));
  CHECK(lines[2].find(R"("data": {"refused": 2, "events": [{"refused": 2, "event": "STOP"}]}})") !=
        std::string::npos);
  CHECK(other.lines() == Lines{event_line("1")});
}

}  // namespace
}  // namespace qmpev::test
