// SPDX-License-Identifier: MIT
// Many sessions at once: what they share, and what happens when callbacks change the set.
#include "monitor/monitors.hpp"

#include <random>
#include <string>
#include <vector>

#include "fake_room.hpp"

namespace qmpev::test {
namespace {

TEST_CASE("sessions that have not negotiated cost an event nothing", "[monitor]") {
  FakeRoom room;
  std::vector<FakeClient*> idle;
  for (int i = 0; i < 10; ++i) idle.push_back(&room.connect());
  FakeClient& client = room.connect_negotiated();
  room.run();
  std::vector<std::size_t> calls;
  for (FakeClient* one : idle) calls.push_back(one->write_calls + one->reads);
  room.emit("X");
  room.run();
  CHECK(client.received == room.published);
  for (std::size_t i = 0; i < idle.size(); ++i) CHECK(idle[i]->write_calls + idle[i]->reads == calls[i]);
}

TEST_CASE("registered events have as many listeners as ask for them, until these leave", "[monitor]") {
  FakeRoom room;
  room.dispatcher.events().add(EventShape::build({"X_LAMP"}).value());
  FakeClient& asking = room.connect_negotiated();
  room.connect_negotiated();
  CHECK(room.registered_audience == 0);
  const auto say = [&room, &asking](const char* request) {
    asking.send(request);
    room.run();
  };
  say("{'execute':'x-qmpev-filter','arguments':{'events':['X_LAMP','STOP']}}");
  CHECK(room.registered_audience == 1);
  say("{'execute':'x-qmpev-filter','arguments':{'events':['STOP']}}");
  CHECK(room.registered_audience == 0);
  say("{'execute':'x-qmpev-filter','arguments':{'events':['X_*']}}");
  CHECK(room.registered_audience == 1);
  asking.half_close();
  room.run();
  CHECK(room.registered_audience == 0);
  CHECK(room.audience == 1);
}

TEST_CASE("a session on a full socket is not tried again before it is writable", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  client.room = 0;
  room.emit("X");
  room.run();
  const std::size_t calls = client.write_calls;
  for (int i = 0; i < 10; ++i) {
    room.emit("Y");
    room.run();
  }
  client.send(R"({"execute":"mute"})");
  room.run();
  CHECK(client.write_calls == calls);
  CHECK(client.wants_output);
  client.room = SIZE_MAX;
  room.run();
  CHECK(client.received == room.published + "{\"return\": {}}\r\n");
}

TEST_CASE("with nothing new, pumping does nothing", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.connect_negotiated();
  room.emit("X");
  room.settle();
  CHECK_FALSE(room.monitors.pump());
  const std::size_t calls = client.write_calls;
  CHECK_FALSE(room.monitors.pump());
  CHECK(client.write_calls == calls);
}

TEST_CASE("statistics count sessions and what they did", "[monitor]") {
  FakeRoom room;
  room.connect();
  FakeClient& client = room.connect_negotiated();
  room.emit("X");
  room.emit("Y");
  room.run();
  room.monitors.count_refused();
  room.monitors.count_accept_pause();
  const Statistics now = room.statistics();
  CHECK(now.sessions.accepted == 2);
  CHECK(now.sessions.refused_limit == 1);
  CHECK(now.sessions.accept_paused == 1);
  CHECK(now.sessions.closed == 0);
  CHECK(now.sessions.delivered == 2);
  CHECK(now.sessions.replies == 3);
  CHECK(now.sessions.write_calls == 4);
  CHECK(now.sessions.bytes_written ==
        room.clients[0]->received.size() + std::string(kGreeting).size() + 2 + 16 + client.received.size());
  CHECK(now.sessions_open == 2);
  CHECK(now.sessions_in_command == 1);
  CHECK(now.log_bytes_capacity == kMinLogBytes);
}

TEST_CASE("ending writes what is queued, as far as sockets take it, and closes everybody", "[monitor]") {
  FakeRoom room;
  FakeClient& greeted = room.connect();
  FakeClient& client = room.connect_negotiated();
  FakeClient& full = room.connect_negotiated();
  full.room = 5;
  room.emit("SHUTDOWN");
  room.settle();
  room.monitors.end();
  CHECK(greeted.lines().size() == 1);
  CHECK(client.received == room.published);
  CHECK(full.received == room.published.substr(0, 5));
  for (const auto& each : room.clients) CHECK(each->closed);
  CHECK(room.audience == 0);
  room.monitors.reap();
  CHECK(room.statistics().sessions_open == 0);
  CHECK(room.statistics().sessions.closed == 3);
  CHECK_FALSE(room.monitors.pump());
}

TEST_CASE("a client that comes after the end is closed at once", "[monitor]") {
  FakeRoom room;
  room.monitors.end();
  CHECK(room.connect().closed);
}

TEST_CASE("a seat is free as soon as its session closes", "[monitor]") {
  FakeRoom room;
  Seats seats(1);
  const auto client = std::make_shared<FakeClient>();
  room.monitors.open(std::make_unique<FakeStream>(client), {"test", WireForm::qemu}, *seats.take());
  CHECK(seats.taken() == 1);
  client->half_close();
  client->poll();
  CHECK(client->closed);
  CHECK(seats.taken() == 0);
}

TEST_CASE("ending inside a command handler still answers that command, and no other", "[monitor]") {
  FakeRoom room;
  room.add("end", [&](const Value&) -> CommandResult {
    room.emit("SHUTDOWN");
    room.settle();
    room.monitors.end();
    room.monitors.reap();  // must spare the session that is calling
    return Value::object();
  });
  FakeClient& other = room.connect_negotiated();
  FakeClient& client = room.connect_negotiated();
  client.send(R"({"execute":"end","id":1}{"execute":"mute","id":2})");
  room.run();
  CHECK(client.received == room.published + "{\"return\": {}, \"id\": 1}\r\n");
  CHECK(client.closed);
  CHECK(other.received == room.published);
  CHECK(other.closed);
  CHECK(room.statistics().sessions_open == 0);
}

TEST_CASE("ending and reaping inside a handler spares those whose input is put off", "[monitor]") {
  FakeRoom room;
  room.add("end", [&](const Value&) -> CommandResult {
    room.monitors.end();
    room.monitors.reap();
    return Value::object();
  });
  FakeClient& client = room.connect_negotiated();
  FakeClient& other = room.connect_negotiated();
  std::string many;
  for (std::size_t i = 0; i < kItemBudget + 1; ++i) many += R"({"execute":"mute"})";
  client.send(many + R"({"execute":"end"})");
  other.send(many + many);
  room.run();
  CHECK(client.closed);
  CHECK(other.closed);
  CHECK(client.lines().size() == kItemBudget + 2);
  CHECK(other.lines().size() == kItemBudget);
}

TEST_CASE("ending from the log callback is safe", "[monitor]") {
  FakeRoom* the_room = nullptr;
  FakeRoom room(kMinLogBytes, kMaxUnsentReplyBytes, {},
                [&](LogLevel, std::string_view) { the_room->monitors.end(); });
  the_room = &room;
  FakeClient& client = room.connect_negotiated();
  FakeClient& other = room.connect_negotiated();
  client.room = 10;
  room.emit_many(300, 1000);
  room.run();
  CHECK(client.closed);
  CHECK(other.closed);
  CHECK(room.statistics().sessions_open == 0);
}

TEST_CASE("a handler may flush, run the loop, and open sessions; the next command waits for it",
          "[monitor]") {
  FakeRoom room;
  room.add("nest", [&](const Value&) -> CommandResult {
    room.emit("inner");
    room.connect().send(kNegotiate);
    room.clients[0]->send(R"({"execute":"mute","id":3})");
    room.run(100);
    CHECK(room.clients[1]->lines() == std::vector<std::string>{kGreeting, kNegotiated});
    room.monitors.flush();
    return Value::object();
  });
  FakeClient& client = room.connect_negotiated();
  client.send(R"({"execute":"nest","id":1}{"execute":"mute","id":2})");
  room.run();
  CHECK(client.received ==
        room.published +
            "{\"return\": {}, \"id\": 1}\r\n{\"return\": {}, \"id\": 2}\r\n{\"return\": {}, \"id\": 3}\r\n");
  CHECK(room.statistics().sessions_open == 2);
}

TEST_CASE("sessions may go while events are handed out: itself, its neighbours, all", "[monitor]") {
  FakeRoom room;
  std::vector<FakeClient*> members;
  for (int i = 0; i < 5; ++i) members.push_back(&room.connect_negotiated());
  SECTION("one by its own failure") {
    members[GENERATE(0, 2, 4)]->write_error = EPIPE;
  }
  SECTION("every one") {
    for (FakeClient* member : members) member->write_error = EPIPE;
  }
  SECTION("two neighbours") {
    members[1]->write_error = EPIPE;
    members[2]->write_error = EPIPE;
  }
  std::size_t failing = 0;
  for (FakeClient* member : members) {
    failing += member->write_error != 0 ? 1 : 0;
  }
  room.emit("X");
  room.run();  // the walk itself finds who is gone
  CHECK(room.audience == 5 - failing);
  for (FakeClient* member : members) {
    CHECK((member->write_error != 0 || member->received == room.published));
    member->hung_up = member->write_error != 0;
  }
  room.run();
  room.emit("Y");
  room.run();
  CHECK(room.audience == 5 - failing);
  for (FakeClient* member : members) {
    CHECK(member->closed == (member->write_error != 0));
    if (!member->closed) CHECK(member->received == room.published);
  }
}

TEST_CASE("whatever clients do, books balance and every one gets a part of the one order", "[monitor]") {
  std::mt19937 random(GENERATE(1u, 2u, 3u, 4u));
  FakeRoom room;
  std::vector<FakeClient*> members;
  std::vector<std::size_t> begins;  // of what each can have heard, in room.published
  std::size_t sent = 0;
  for (int step = 0; step < 4000; ++step) {
    switch (random() % 8) {
      case 0:
        if (members.size() < 30) {
          members.push_back(&room.connect_negotiated());
          begins.push_back(room.published.size());
        }
        break;
      case 1:
      case 2:
      case 3:
        room.emit_many(random() % 20, 60 + random() % 300);
        break;
      case 4:
        room.turn();
        break;
      default:
        if (members.empty()) break;
        FakeClient& member = *members[random() % members.size()];
        if (member.closed) break;
        const std::size_t what = random() % 100;
        if (what < 40)
          member.room = random() % 5000;
        else if (what < 70)
          member.room = SIZE_MAX;
        else if (what < 90)
          member.send(R"({"execute":"mute","id":)" + std::to_string(++sent) + "}");
        else if (what < 96)
          member.send(R"({"execute":"x-qmpev-filter","arguments":{)" +
                      std::string(what < 92   ? ""
                                  : what < 94 ? R"("events":["STOP"])"
                                              : R"("events":["RESUME"])") +
                      R"(},"id":)" + std::to_string(++sent) + "}");
        else if (what < 97)
          member.half_close();
        else if (what < 98)
          member.write_error = EPIPE, member.hung_up = true;
        break;
    }
    REQUIRE(room.monitors.balanced());
  }
  for (FakeClient* member : members) member->room = SIZE_MAX;
  room.run();
  CHECK((room.monitors.all_sent() && room.statistics().sessions.dropped > 0));
  CHECK(room.statistics().sessions.filtered > 0);
  for (std::size_t i = 0; i < members.size(); ++i) {
    std::size_t at = begins[i];
    std::size_t last_id = 0;
    for (const std::string& line : members[i]->lines()) {
      if (line.find("event") == std::string::npos) {
        const std::size_t id = std::stoul(line.substr(line.find("id\": ") + 5));
        REQUIRE(id > last_id);
        last_id = id;
        continue;
      }
      at = room.published.find(line + "\r\n", at);
      REQUIRE(at != std::string::npos);
      at += line.size();
    }
  }
}

TEST_CASE("who does not negotiate in time is closed, on its own time", "[monitor]") {
  FakeRoom room;
  FakeClient& soon = room.open(std::make_shared<FakeClient>(), WireForm::qemu, 10);
  FakeClient& late = room.open(std::make_shared<FakeClient>(), WireForm::qemu, 20);
  FakeClient& never = room.connect();
  const std::int64_t start = room.clock.monotonic_ns();
  CHECK(room.monitors.next_deadline_ns() == start + 10'000'000);
  soon.send("{");  // not a word yet
  room.clock.advance_us(9'999);
  room.run();
  CHECK_FALSE(soon.closed);
  room.clock.advance_us(1);
  room.run();
  CHECK(soon.closed);
  CHECK(soon.lines() == Lines{kGreeting});
  CHECK(room.monitors.next_deadline_ns() == start + 20'000'000);
  room.clock.advance_us(1'000'000);
  room.run();
  CHECK(late.closed);
  CHECK_FALSE(never.closed);
  CHECK(room.statistics().sessions.not_negotiated == 2);
  CHECK(room.monitors.next_deadline_ns() == INT64_MAX);
}

TEST_CASE("a word in time counts, also when it is read late", "[monitor]") {
  FakeRoom room;
  FakeClient& client = room.open(std::make_shared<FakeClient>(), WireForm::qemu, 10);
  room.clock.advance_us(1'000'000);
  client.send(kNegotiate);
  room.run();
  CHECK_FALSE(client.closed);
  CHECK(client.lines() == Lines{kGreeting, kNegotiated});
  CHECK(room.monitors.next_deadline_ns() == INT64_MAX);
}

TEST_CASE("who goes by itself leaves no deadline behind, and who does not read has one, too", "[monitor]") {
  FakeRoom room;
  FakeClient& gone = room.open(std::make_shared<FakeClient>(), WireForm::qemu, 10);
  gone.half_close();
  room.run();
  CHECK(gone.closed);
  CHECK(room.monitors.next_deadline_ns() == INT64_MAX);
  const auto deaf = std::make_shared<FakeClient>();
  deaf->room = 3;
  room.open(deaf, WireForm::qemu, 10);
  room.clock.advance_us(10'000);
  room.run();
  CHECK(deaf->closed);
  CHECK(room.statistics().sessions.not_negotiated == 1);
}

}  // namespace
}  // namespace qmpev::test
