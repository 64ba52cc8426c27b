// SPDX-License-Identifier: MIT
// What a session holds of its client's input, and what it may hold beside all others.
#include "monitor/intake.hpp"

#include <memory>
#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

struct House {
  explicit House(std::size_t max_bytes = kAllInputBytes)
      : all{.max_bytes = max_bytes}, intake(all, counters) {}
  /// A message that is not whole, of about so many bytes.
  void begin_message(std::size_t bytes) {
    intake.push("[\"" + std::string(bytes, 'x'));
    CHECK_FALSE(intake.next());
  }
  /// A whole one.
  Reader::Item message(std::size_t bytes = 1) {
    intake.push("[\"" + std::string(bytes, 'x') + "\"]");
    auto item = intake.next();
    REQUIRE((item && item->value));
    return std::move(*item);
  }

  SessionCounters counters;
  InputWeight all;
  Intake intake;
};

TEST_CASE("bytes are unread until there is no whole message left", "[monitor]") {
  House house;
  CHECK_FALSE(house.intake.unread());
  house.intake.push("{}[");
  CHECK(house.intake.unread());
  CHECK(house.intake.next());
  CHECK(house.intake.unread());
  CHECK_FALSE(house.intake.next());
  CHECK_FALSE(house.intake.unread());
  house.intake.push("]");
  CHECK(house.intake.next());
}

TEST_CASE("what waits is counted, and given back in its order", "[monitor]") {
  House house;
  for (std::size_t i = 1; i < kQueuedRequests; ++i) house.intake.queue(house.message(i));
  CHECK_FALSE(house.intake.queue_full());
  CHECK(house.counters.queue_full == 0);
  house.intake.queue(house.message(kQueuedRequests));
  CHECK(house.intake.queue_full());
  CHECK(house.counters.queue_full == 1);
  CHECK(house.counters.requests_queued == kQueuedRequests);
  for (std::size_t i = 1; i <= kQueuedRequests; ++i) {
    CHECK(house.intake.queued());
    CHECK(house.intake.pop().value->items().at(0).as_string().size() == i);
  }
  CHECK_FALSE(house.intake.queued());
}

TEST_CASE("the limits of one message and of the queue are those it is given", "[monitor]") {
  Limits limits;
  limits.message_bytes = kMinMessageBytes;
  limits.message_tokens = kMinMessageTokens;
  limits.message_depth = kMinMessageDepth;
  limits.queued_requests = 2;
  SessionCounters counters;
  InputWeight all;
  Intake intake(all, counters, limits);
  const auto refused = [&](const std::string& message) {
    intake.push(message);
    std::size_t mistakes = 0;
    while (const auto item = intake.next()) mistakes += item->value ? 0 : 1;
    return mistakes != 0;
  };
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  // n values have n - 1 commas and two brackets.
  const auto listed = [](std::size_t tokens) {
    std::string text = "[0";
    for (std::size_t i = 3; i < tokens; i += 2) text += ",0";
    return text + "]";
  };
  const auto text = [](std::size_t bytes) { return "[\"" + std::string(bytes - 4, 'x') + "\"]"; };

  CHECK_FALSE(refused(nested(kMinMessageDepth)));
  CHECK_FALSE(refused(listed(kMinMessageTokens - 1)));
  CHECK_FALSE(refused(text(kMinMessageBytes - 1)));
  CHECK(counters.messages_too_large == 0);
  CHECK(refused(nested(kMinMessageDepth + 1)));
  CHECK(counters.messages_too_large >= 1);
  const std::uint64_t before_tokens = counters.messages_too_large;
  CHECK(refused(listed(kMinMessageTokens + 1)));
  CHECK(counters.messages_too_large > before_tokens);
  const std::uint64_t before_bytes = counters.messages_too_large;
  CHECK(refused(text(kMinMessageBytes)));
  CHECK(counters.messages_too_large > before_bytes);

  const std::uint64_t before_mistake = counters.messages_too_large;
  CHECK(refused("[}"));
  CHECK(counters.messages_too_large == before_mistake);  // a mistake of another sort

  for (std::size_t i = 0; i < limits.queued_requests; ++i) {
    CHECK_FALSE(intake.queue_full());
    intake.push("[]");
    auto item = intake.next();
    while (item && !item->value) item = intake.next();
    REQUIRE(item);
    intake.queue(std::move(*item));
  }
  CHECK(intake.queue_full());
  CHECK(counters.queue_full == 1);
}

TEST_CASE("all sessions together may hold so much; who holds little is never refused", "[monitor]") {
  House house(2 * kFreeInputBytes);
  House other;
  Intake neighbour(house.all, house.counters);
  neighbour.push("[\"" + std::string(2 * kFreeInputBytes - 100, 'x'));
  CHECK_FALSE(neighbour.next());
  CHECK_FALSE(neighbour.refuse_heavy());  // not too much yet

  house.begin_message(kFreeInputBytes / 2);
  CHECK_FALSE(house.intake.refuse_heavy());  // too much now, but not by the one that holds little
  CHECK(house.counters.input_refused == 0);
  CHECK(house.all.too_much());

  const auto refusal = neighbour.refuse_heavy();
  REQUIRE(refusal);
  CHECK_FALSE(refusal->value);
  CHECK(house.counters.input_refused == 1);
  CHECK_FALSE(house.all.too_much());
  CHECK_FALSE(neighbour.unread());
  neighbour.push("[]");  // begins afresh
  CHECK(neighbour.next());
}

TEST_CASE("one that waits and is too heavy waits as its refusal", "[monitor]") {
  House house(kFreeInputBytes);
  house.intake.queue(house.message());
  house.intake.queue(house.message(2 * kFreeInputBytes));
  CHECK(house.counters.input_refused == 1);
  CHECK(house.intake.pop().value);
  CHECK_FALSE(house.intake.pop().value);
}

TEST_CASE("ended, it holds nothing and takes nothing", "[monitor]") {
  House house;
  house.intake.queue(house.message());
  house.begin_message(1000);
  CHECK_FALSE(house.intake.refuse_heavy());
  CHECK(house.all.bytes > 1000);
  house.intake.end();
  CHECK(house.all.bytes == 0);
  CHECK(house.counters.requests_dropped == 1);
  CHECK(house.intake.over());
  CHECK_FALSE(house.intake.queued());
  house.intake.push("[]");
  CHECK_FALSE(house.intake.unread());
}

TEST_CASE("one that goes takes its weight along", "[monitor]") {
  House house;
  {
    Intake brief(house.all, house.counters);
    brief.push("[\"" + std::string(1000, 'x'));
    CHECK_FALSE(brief.next());
    CHECK_FALSE(brief.refuse_heavy());
    CHECK(house.all.bytes > 1000);
  }
  CHECK(house.all.bytes == 0);
}

}  // namespace
}  // namespace qmpev
