// SPDX-License-Identifier: MIT
// Hostile clients against whole sessions: garbage, commands cut anywhere, sockets that take a byte at a time,
// that fail or vanish, while events are published and commands are answered late, in any order, twice or
// never. After every round of the loop the sessions' books balance; a client that behaves gets whole lines,
// the greeting first and no event before its negotiation.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "conformance/protocol_cases.hpp"
#include "fuzz/rounds.hpp"
#include "parity/near_json.hpp"
#include "unit/monitor/fake_room.hpp"

using namespace qmpev;
using test::below;
using test::FakeClient;
using test::FakeRoom;
using test::Random;

namespace {

const std::vector<std::string>& corpus() {
  static const std::vector<std::string> inputs = [] {
    std::vector<std::string> found{R"({"execute":"qmp_capabilities"})",
                                   R"({"execute":"query-version","id":1})",
                                   R"({"execute":"late","id":2})",
                                   R"({"execute":"x-qmpev-filter","arguments":{"events":["STOP"]}})",
                                   R"({"execute":"x-qmpev-filter","arguments":{"events":[]}})",
                                   R"({"execute":"x-qmpev-gap-notice"})",
                                   R"({"execute":"x-qmpev-subscribe"})",
                                   R"({"execute":"x-qmpev-resume","arguments":{"epoch":"","from":0}})",
                                   R"({"execute":"x-qmpev-gap-notice","arguments":{"enable":false}})",
                                   R"({"execute":"x-qmpev-filter"})"};
    for (const auto& captured : test::load_protocol_cases()) {
      for (const auto& conversation : captured.conversations) {
        if (!conversation.input.empty() && conversation.input.size() < 4096)
          found.push_back(conversation.input);
      }
    }
    return found;
  }();
  return inputs;
}

std::string input(Random& random) {
  if (below(random, 3) == 0) return test::NearJson(random).message();
  std::string text = corpus()[below(random, below(random, 2) == 0 ? 6 : corpus().size())];
  for (auto changes = below(random, 3); changes > 0 && !text.empty(); --changes) {
    text[below(random, text.size())] = static_cast<char>(random());
  }
  return text;
}

/// `subscribes` becomes true when it may have.
void misbehave(Random& random, FakeClient& client, bool& subscribes) {
  switch (below(random, 12)) {
    case 0:
      client.max_write = 1 + below(random, 300);
      return;
    case 1:
      client.max_read = 1 + below(random, 50);
      return;
    case 2:
      client.room = below(random, 5'000);
      return;
    case 3:
      client.room = SIZE_MAX;
      return;
    case 4:
      if (below(random, 4) == 0) client.half_close();
      return;
    case 5:
      if (below(random, 10) == 0) client.write_error = below(random, 2) == 0 ? EPIPE : ECONNRESET;
      return;
    case 6:
      if (below(random, 10) == 0) client.read_error = ECONNRESET;
      return;
    case 7:
      if (below(random, 10) == 0) client.hung_up = true;
      return;
    default:
      const std::string text = input(random);
      subscribes = subscribes || text.find("subscribe") != std::string::npos;
      client.send(text);
  }
}

/// What is wrong with a line that came as number `number`; empty: nothing. One assertion for each would cost
/// more than all the rest of a round.
std::string mistake_of(std::string_view line, std::size_t number, bool negotiated) {
  if ((number == 0) != (line == test::kGreeting)) return "the greeting comes first, and once";
  if (line.rfind("{\"event\": ", 0) == 0 && !negotiated) return "an event before the negotiation";
  return line.find('\n') != std::string_view::npos ? "a line inside a line" : "";
}

/// Whole lines as they came: greeting, replies until one is the negotiation's, and only then events.
void check_lines(const FakeClient& client) {
  const std::string_view text = client.received;
  bool negotiated = false;
  std::size_t number = 0;
  for (std::size_t start = 0, end; (end = text.find("\r\n", start)) != std::string_view::npos;
       start = end + 2, ++number) {
    const std::string_view line = text.substr(start, end - start);
    negotiated = negotiated || line.rfind("{\"return\": ", 0) == 0;  // before it nothing else can succeed
    if (const std::string mistake = mistake_of(line, number, negotiated); !mistake.empty())
      FAIL(mistake << ": line " << number << ", " << line);
  }
}

/// Calls that were begun and not answered yet.
using Calls = std::vector<Call>;

void add_late_command(FakeRoom& room, Random& random, Calls& calls, std::uint64_t& told) {
  const auto begin = [&](const Value&, Call call) {
    call.on_cancel([&told] { ++told; });
    if (below(random, 4) == 0) call.answer(Answer::empty());
    if (below(random, 8) != 0) calls.push_back(std::move(call));
  };
  REQUIRE(room.dispatcher.add("late", {.later = begin}));
}

void answer_some(Random& random, Calls& calls) {
  for (auto count = below(random, 4); count > 0 && !calls.empty(); --count) {
    const auto chosen = calls.begin() + static_cast<std::ptrdiff_t>(below(random, calls.size()));
    switch (below(random, 4)) {
      case 0:
        chosen->answer(Answer::error(ErrorClass::generic_error, "no"));
        break;  // and perhaps again, later
      case 1:
        break;
      default:
        chosen->answer(Answer::empty());
        chosen->answer(Answer::empty());
    }
    if (below(random, 2) == 0) calls.erase(chosen);
  }
}

void check_calls(const CallCounters& calls, std::size_t sessions) {
  REQUIRE(calls.begun == calls.answered + calls.cancelled + calls.pending);
  REQUIRE(calls.pending <= sessions);
}

void play(Random& random) {
  Calls calls;
  std::uint64_t told = 0;
  bool subscribes = false;
  FakeRoom room(kMinLogBytes, 1 + below(random, 20'000));
  add_late_command(room, random, calls, told);
  for (int step = 0; step < 60; ++step) {
    if (room.clients.size() < 6 && below(random, 5) == 0) {
      room.connect(below(random, 2) == 0 ? WireForm::document : WireForm::qemu);
    }
    for (const auto& client : std::vector<std::shared_ptr<FakeClient>>(room.clients)) {
      if (below(random, 2) == 0) misbehave(random, *client, subscribes);
    }
    if (below(random, 3) == 0) room.emit_many(below(random, 30), 100 + below(random, 3'000));
    if (below(random, 2) == 0) answer_some(random, calls);
    room.turn();  // checks that the books balance
    check_calls(room.statistics().calls, room.statistics().sessions_open);
  }
  for (const auto& client : room.clients) check_lines(*client);
  room.monitors.end();
  room.monitors.reap();
  REQUIRE(room.statistics().sessions_open == 0);
  REQUIRE(room.statistics().calls.pending == 0);
  REQUIRE(told <= room.statistics().calls.cancelled);
  answer_some(random, calls);  // into the void
  // Who subscribed may come again, and events are kept for it.
  REQUIRE(room.audience <= (subscribes ? 1 : 0));
}

}  // namespace

TEST_CASE("hostile clients break neither the server nor each other", "[fuzz]") {
  test::fuzz("session", 200, play);
}
