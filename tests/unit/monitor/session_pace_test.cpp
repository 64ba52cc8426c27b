// SPDX-License-Identifier: MIT
// A session whose client is slow or wants too much at once: loss, suspended input, budgets.
#include "monitor/session.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "fake_room.hpp"

namespace qmpev::test {
namespace {

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
  CHECK(room.statistics().log_bytes_unsent == held * 400);
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

TEST_CASE("a listener may have a client that loses events read up to the gap, then end", "[monitor]") {
  std::vector<std::string> said;
  FakeRoom room(kMinLogBytes, kMaxUnsentReplyBytes, {},
                [&](LogLevel, std::string_view text) { said.emplace_back(text); });
  room.on_loss = OnLoss::close;
  FakeClient& slow = room.connect_negotiated();
  FakeClient& quick = room.connect_negotiated();
  slow.send(R"({"execute":"x-qmpev-gap-notice"})");
  room.run();
  slow.received.clear();
  slow.room = 1000;  // two lines and a part of the third
  room.emit_many(3, 400);
  room.run();
  const std::string read = room.published;
  slow.send(R"({"execute":"mute","id":1})");
  room.run();
  for (int i = 0; i < 30; ++i) {
    slow.send(R"({"execute":"mute","id":2})");
    room.emit_many(10, 400);
    room.run();
  }
  CHECK(room.audience == 1);
  CHECK_FALSE(slow.closed);
  CHECK(room.statistics().sessions.closed_for_loss == 1);
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("is closed") != std::string::npos);
  slow.room = SIZE_MAX;
  room.run();
  CHECK(slow.closed);
  CHECK_FALSE(quick.closed);
  CHECK(slow.received.substr(0, read.size()) == read);
  const Lines lines = slow.lines();
  CHECK(lines[3] == R"({"return": {}, "id": 1})");
  std::size_t notices = 0;
  for (const std::string& line : lines)
    notices += line.find("X_QMPEV_EVENTS_LOST") != std::string::npos ? 1 : 0;
  CHECK(notices == 1);
  CHECK(slow.received.substr(slow.received.size() - 2) == "\r\n");
  CHECK(quick.received == room.published);
  CHECK(said.size() == 1);
}

TEST_CASE("a client that its listener closes for a loss may go without reading, or leave a call",
          "[monitor]") {
  FakeRoom room;
  room.on_loss = OnLoss::close;
  std::optional<Call> pending;
  REQUIRE(room.dispatcher.add("late", {.later = [&](const Value&, Call call) { pending = call; }}));
  FakeClient& client = room.connect_negotiated();
  client.send(R"({"execute":"late"})");
  client.room = 10;  // a part of the first line
  room.emit_many(200, 400);
  room.run();
  room.emit_many(10, 400);
  room.run();
  REQUIRE(pending);
  CHECK(pending->cancelled());
  CHECK_FALSE(client.closed);
  client.write_error = EPIPE;
  room.run();
  CHECK(client.closed);
}

TEST_CASE("an answer that comes with the loss is written before its client is closed", "[monitor]") {
  FakeRoom room;
  room.on_loss = OnLoss::close;
  std::optional<Call> pending;
  REQUIRE(room.dispatcher.add("late", {.later = [&](const Value&, Call call) { pending = call; }}));
  FakeClient& client = room.connect_negotiated();
  client.send(R"({"execute":"late","id":1})");
  client.room = 10;  // a part of the first line
  room.emit_many(1, 400);
  room.run();
  REQUIRE(pending);
  pending->answer(Answer::empty());
  room.emit_many(200, 400);
  room.settle();
  client.room = SIZE_MAX;
  room.run();
  CHECK(client.closed);
  CHECK(client.lines().back() == R"({"return": {}, "id": 1})");
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
                             .input = {.max_bytes = 3 * kFreeInputBytes},
                             .read_buffer = std::make_unique<char[]>(kReadBudgetBytes)};
  struct Owner final : SessionOwner {
    void entered_command(Session&) noexcept override {}
    void left_command(Session&) noexcept override {}
    void hears_registered(bool) noexcept override {}
    void subscribed(bool) noexcept override {}
    void put_off(Session&) noexcept override {}
    void closed(Session&) noexcept override {}
  } owner;
  std::vector<std::shared_ptr<FakeClient>> clients;
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_shared<FakeClient>());
    sessions.push_back(std::make_unique<Session>(around, owner, std::make_unique<FakeStream>(clients.back()),
                                                 MonitorTraits{"test", WireForm::qemu}, Seat(), i + 1));
    sessions.back()->start();
  }
  const auto send = [&](std::size_t client, const std::string& bytes) {
    clients[client]->send(bytes);
    while (!clients[client]->input.empty()) clients[client]->poll();
  };
  send(0, "[\"" + std::string(2 * kFreeInputBytes, 'x'));
  CHECK(counters.input_refused == 0);
  CHECK(around.input.bytes > 2 * kFreeInputBytes);
  send(1, "[\"" + std::string(kFreeInputBytes / 2, 'x') + "\"]");  // a small one is nobody's trouble
  CHECK(counters.input_refused == 0);
  CHECK(clients[1]->lines().back().find("must be a JSON object") != std::string::npos);
  send(0, std::string(2 * kFreeInputBytes, 'x'));
  CHECK(counters.input_refused == 1);
  CHECK(clients[0]->lines().at(1) ==
        R"({"error": {"class": "GenericError", "desc": "JSON token size limit exceeded"}})");
  send(0, "[\"" + std::string(kFreeInputBytes, 'x'));
  CHECK(around.input.bytes > kFreeInputBytes);
  sessions[0]->end();
  CHECK(around.input.bytes == 0);
  sessions.clear();
}

}  // namespace
}  // namespace qmpev::test
