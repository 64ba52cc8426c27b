// SPDX-License-Identifier: MIT
// One call from its handle's side and from its session's, without either.
#include "monitor/call.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

struct Desk {
  CallCounters counters() const {
    CallCounters counters;
    desk->fill(counters);
    CHECK(counters.begun == counters.answered + counters.cancelled + counters.pending);
    return counters;
  }
  std::shared_ptr<PendingCall> begin() { return desk->begin("work", Value(7)); }

  int wakes = 0;
  std::shared_ptr<CallDesk> desk = std::make_shared<CallDesk>([this] { ++wakes; });
};

struct CountingCaller final : Caller {
  void answered() noexcept override { ++count; }
  int count = 0;
};

Answer number(gint64 value) {
  JsonNode* node = json_node_new(JSON_NODE_VALUE);
  json_node_set_int(node, value);
  return Answer::value(node);
}

TEST_CASE("an answer wakes the loop, is told to the caller and taken once", "[monitor]") {
  Desk desk;
  CountingCaller caller;
  const auto pending = desk.begin();
  pending->set_caller(caller);
  Call call = pending->handle();
  CHECK_FALSE(pending->take());
  CHECK(desk.counters().pending == 1);
  call.answer(number(5));
  CHECK(desk.wakes == 1);
  CHECK(caller.count == 0);  // only the loop tells
  desk.desk->deliver();
  CHECK(caller.count == 1);
  CHECK(pending->take() == "{\"return\": 5, \"id\": 7}\r\n");
  CHECK_FALSE(pending->take());
  desk.desk->deliver();
  CHECK(caller.count == 1);
  CHECK(desk.counters().answered == 1);
  CHECK_FALSE(call.cancelled());
}

TEST_CASE("the first answer counts, the others are counted", "[monitor]") {
  Desk desk;
  const auto pending = desk.begin();
  Call call = pending->handle();
  call.answer(number(1));
  call.answer(number(2));
  CHECK(pending->take() == "{\"return\": 1, \"id\": 7}\r\n");
  call.answer(number(3));
  CHECK(desk.wakes == 1);
  CHECK(desk.counters().answered_again == 2);
  CHECK(desk.counters().answered_after_end == 0);
  CHECK(desk.counters().given_up == 0);
}

TEST_CASE("the last handle that goes without an answer answers with an error that names the command",
          "[monitor]") {
  Desk desk;
  const auto pending = desk.begin();
  {
    Call call = pending->handle();
    const Call copy = call;
    Call moved = std::move(call);
    call = copy;
    CHECK_FALSE(pending->take());
  }
  CHECK(desk.wakes == 1);
  CHECK(pending->take() ==
        "{\"id\": 7, \"error\": {\"class\": \"GenericError\", \"desc\": \"The command work was given up "
        "without an "
        "answer\"}}\r\n");
  CHECK(desk.counters().given_up == 1);
  CHECK(desk.counters().answered == 1);
}

TEST_CASE("a cancelled call tells once, takes no answer and counts what comes", "[monitor]") {
  Desk desk;
  const auto pending = desk.begin();
  int told = 0, at_once = 0;
  {
    Call call = pending->handle();
    call.on_cancel([&told] { told += 100; });
    call.on_cancel([&told] { ++told; });  // in place of the first
    CHECK_FALSE(call.cancelled());
    pending->cancel();
    pending->cancel();
    CHECK(call.cancelled());
    CHECK(told == 1);
    call.on_cancel([&at_once] { ++at_once; });
    CHECK(at_once == 1);
    call.answer(number(1));
    call.answer(number(1));
  }
  CHECK(desk.wakes == 0);
  CHECK_FALSE(pending->take());
  CHECK(desk.counters().cancelled == 1);
  CHECK(desk.counters().answered_after_end == 2);
  CHECK(desk.counters().given_up == 0);  // nobody waited for this one
}

TEST_CASE("who has answered is not told of a cancellation", "[monitor]") {
  Desk desk;
  const auto pending = desk.begin();
  bool told = false;
  Call call = pending->handle();
  call.on_cancel([&told] { told = true; });
  call.answer(number(1));
  SECTION("cancelled before the answer was taken") {
    pending->cancel();
    CHECK_FALSE(pending->take());
    CHECK(desk.counters().cancelled == 1);
  }
  SECTION("cancelled afterwards") {
    CHECK(pending->take());
    pending->cancel();
    CHECK(desk.counters().cancelled == 0);
  }
  CHECK_FALSE(told);
}

TEST_CASE("what on_cancel was given is freed with the reply, even when it holds the call", "[monitor]") {
  Desk desk;
  std::weak_ptr<int> watched;
  std::weak_ptr<PendingCall> watched_call;
  {
    const auto pending = desk.begin();
    watched_call = pending;
    Call call = pending->handle();
    const auto held = std::make_shared<int>();
    watched = held;
    call.on_cancel([held, call] {});
    const bool answered = GENERATE(true, false);
    if (answered) {
      call.answer(number(1));
      CHECK(pending->take());
    } else {
      pending->cancel();
    }
  }
  CHECK(watched.expired());
  CHECK(watched_call.expired());
}

TEST_CASE("a handle outlives the desk's owner and everybody who waits", "[monitor]") {
  auto desk = std::make_unique<Desk>();
  auto pending = desk->begin();
  Call call = pending->handle();
  pending->cancel();
  pending.reset();
  desk.reset();
  CHECK(call.cancelled());
  call.answer(number(1));
}

TEST_CASE("a caller that is gone when the answer is delivered is not told", "[monitor]") {
  Desk desk;
  auto caller = std::make_unique<CountingCaller>();
  auto pending = desk.begin();
  pending->set_caller(*caller);
  Call call = pending->handle();
  call.answer(number(1));
  pending->cancel();
  caller.reset();
  if (GENERATE(false, true)) pending.reset();
  desk.desk->deliver();
}

TEST_CASE("answers from many threads: one of them counts", "[monitor]") {
  std::atomic<int> wakes{0};
  const auto desk = std::make_shared<CallDesk>([&wakes] { ++wakes; });
  for (int round = 0; round < 50; ++round) {
    const auto pending = desk->begin("race", std::nullopt);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([call = pending->handle(), i]() mutable {
        if (!call.cancelled()) call.answer(number(i));
      });
    }
    if (round % 2 == 0) pending->cancel();
    for (auto& thread : threads) thread.join();
    pending->take();
  }
  CallCounters counters;
  desk->fill(counters);
  CHECK(counters.pending == 0);
  CHECK(counters.begun == 50);
  CHECK(static_cast<std::uint64_t>(wakes) >= counters.answered);
}

}  // namespace
}  // namespace qmpev
