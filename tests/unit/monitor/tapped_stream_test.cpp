// SPDX-License-Identifier: MIT
// Under a fake stream, and under a real session.
#include "monitor/tapped_stream.hpp"

#include <string>
#include <vector>

#include "fake_room.hpp"
#include "monitor/pretty_stream.hpp"
#include "monitor/traffic_queue.hpp"
#include "support/fake_clock.hpp"

namespace qmpev::test {
namespace {

struct RecordingUser final : StreamUser {
  void ready(Readiness) noexcept override { ++calls; }
  int calls = 0;
};

/// What was told, as text: "1 opened", "1 received abc".
struct Told {
  Told()
      : queue(clock, [this](const Traffic& traffic) {
          static const char* const kWords[] = {"opened", "received", "sent", "closed"};
          std::string line = std::to_string(traffic.session) + " " + kWords[static_cast<int>(traffic.kind)];
          if (!traffic.bytes.empty()) line += " " + std::string(traffic.bytes);
          told.push_back(line);
          paths.emplace_back(traffic.path);
        }) {}
  std::unique_ptr<Stream> tap(const std::shared_ptr<FakeClient>& client) {
    return make_tapped_stream(std::make_unique<FakeStream>(client), queue, "/s");
  }
  Lines lines() {
    queue.tell();
    return std::exchange(told, {});
  }
  FakeClock clock;
  Lines told;
  Lines paths;
  TrafficQueue queue;
};

TEST_CASE("a tapped stream is the stream beneath it, and only what really passed is told", "[monitor]") {
  Told told;
  const auto client = std::make_shared<FakeClient>();
  const auto stream = told.tap(client);
  RecordingUser user;
  stream->attach(user);
  stream->want(true, false);
  CHECK(client->wants_input);
  CHECK(told.lines() == Lines{"1 opened"});

  char bytes[8];
  CHECK(stream->read(bytes, sizeof bytes) == -EAGAIN);
  client->send("0123456789");
  client->poll();
  CHECK(user.calls == 1);
  CHECK(stream->read(bytes, sizeof bytes) == 8);
  CHECK(stream->read(bytes, sizeof bytes) == 2);
  client->half_close();
  CHECK(stream->read(bytes, sizeof bytes) == 0);
  CHECK(told.lines() == Lines{"1 received 01234567", "1 received 89"});

  client->room = 4;
  CHECK(stream->write("abcdef", 6) == 4);
  CHECK(stream->write("ef", 2) == -EAGAIN);
  client->room = SIZE_MAX;
  CHECK(stream->write("ef", 2) == 2);
  client->write_error = EPIPE;
  CHECK(stream->write("lost", 4) == -EPIPE);
  CHECK(told.lines() == Lines{"1 sent abcd", "1 sent ef"});

  stream->close();
  CHECK(client->closed);
  CHECK(told.lines() == Lines{"1 closed"});
  CHECK(told.paths == Lines(told.paths.size(), "/s"));
}

TEST_CASE("a number is never used again", "[monitor]") {
  Told told;
  told.tap(std::make_shared<FakeClient>())->close();
  told.tap(std::make_shared<FakeClient>())->close();
  CHECK(told.lines() == Lines{"1 opened", "1 closed", "2 opened", "2 closed"});
}

TEST_CASE("what is told of a session is its conversation, also behind its client's last word", "[monitor]") {
  Told told;
  FakeRoom room;
  const auto client = std::make_shared<FakeClient>();
  client->max_write = 100;  // the greeting takes two
  client->room = 150;
  room.monitors.open(told.tap(client), {"unix:/s", WireForm::document}, Seat());
  client->send(kNegotiate);
  client->half_close();
  for (int turn = 0; turn < 10; ++turn) {
    client->poll();
    room.monitors.pump();
    client->read(20);
  }
  REQUIRE(client->closed);
  Lines lines = told.lines();
  REQUIRE(lines.size() >= 5);
  CHECK(lines.front() == "1 opened");
  CHECK(lines.back() == "1 closed");
  std::string sent;
  std::size_t received = 0;
  for (const std::string& line : lines) {
    if (line.rfind("1 sent ", 0) == 0) sent += line.substr(7);
    if (line == std::string("1 received ") + kNegotiate) ++received;
  }
  CHECK(received == 1);
  CHECK(sent == std::string(kGreeting) + "\r\n" + kNegotiated + "\r\n");
  CHECK(sent == client->received);
}

TEST_CASE("a session that fails is told to be closed, once", "[monitor]") {
  Told told;
  FakeRoom room;
  const auto client = std::make_shared<FakeClient>();
  room.monitors.open(told.tap(client), {"unix:/s", WireForm::document}, Seat());
  client->read_error = ECONNRESET;
  client->poll();
  room.monitors.end();
  room.monitors.reap();
  const Lines lines = told.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "1 opened");
  CHECK(lines[1].rfind("1 sent {\"QMP\"", 0) == 0);
  CHECK(lines[2] == "1 closed");
}

TEST_CASE("what the stream beneath a tap holds is not sent yet", "[monitor]") {
  Told told;
  const auto client = std::make_shared<FakeClient>();
  client->room = 1;
  const auto stream =
      make_tapped_stream(make_pretty_stream(std::make_unique<FakeStream>(client)), told.queue, "/s");
  CHECK_FALSE(stream->holds_output());
  REQUIRE(stream->write("{}", 2) == 2);
  CHECK(stream->holds_output());
}

}  // namespace
}  // namespace qmpev::test
