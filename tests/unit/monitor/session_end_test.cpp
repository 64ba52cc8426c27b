// SPDX-License-Identifier: MIT
// How a session ends: the end of input, a peer that is gone, quit.
#include "monitor/session.hpp"

#include <string>
#include <vector>

#include "fake_room.hpp"
#include "monitor/pretty_stream.hpp"

namespace qmpev::test {
namespace {

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

TEST_CASE("nor does it close on what its stream took and still holds, and until then not all is sent",
          "[monitor]") {
  FakeRoom room;
  const auto client = std::make_shared<FakeClient>();
  room.clients.push_back(client);
  room.monitors.open(make_pretty_stream(std::make_unique<FakeStream>(client)), {.name = "unix:test"}, Seat());
  client->send(kNegotiate);
  room.run();
  room.emit("last");
  client->room = 10;  // of the line that was spread
  room.run();
  CHECK(room.monitors.balanced());
  CHECK_FALSE(room.monitors.all_sent());
  CHECK_FALSE(room.monitors.sent_up_to(room.log.head()));
  client->half_close();
  room.run();
  CHECK_FALSE(client->closed);
  client->room = SIZE_MAX;
  room.run();
  CHECK(client->closed);
  CHECK(client->received.find("\"event\": \"dlast\"\r\n}\r\n") != std::string::npos);
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

TEST_CASE("a failed read closes the session, whatever its stream still holds", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  client.holds = true;
  client.read_error = EPROTO;
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
  RunControl run_state;
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
  RunControl run_state;
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
