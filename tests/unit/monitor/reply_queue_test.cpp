// SPDX-License-Identifier: MIT
#include "monitor/reply_queue.hpp"

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("replies wait for their place among the events", "[monitor]") {
  ReplyQueue queue;
  queue.push("a", 3, false);
  queue.push("b", 5, false);
  CHECK(queue.place() == 3);
  CHECK(queue.ready(2).empty());
  CHECK(queue.ready(3) == "a");
  CHECK(queue.ready(4) == "a");
  CHECK(queue.ready(5) == "ab");
}

TEST_CASE("a reply that stands alone is in no write with another", "[monitor]") {
  ReplyQueue queue;
  queue.push("a", 0, false);
  queue.push("ALONE", 0, true);
  queue.push("b", 0, false);
  queue.push("c", 0, false);
  CHECK(queue.ready(0) == "a");
  CHECK(queue.consume(1) == 1);
  CHECK(queue.ready(0) == "ALONE");
  CHECK(queue.consume(2) == 0);
  CHECK(queue.ready(0) == "ONE");
  CHECK(queue.consume(3) == 1);
  CHECK(queue.ready(0) == "bc");
  CHECK(queue.consume(2) == 2);
  CHECK(queue.empty());
}

TEST_CASE("bytes are counted and come out in order, however they are taken", "[monitor]") {
  ReplyQueue queue;
  std::string expected;
  std::string taken;
  std::size_t completed = 0;
  for (std::size_t i = 0; i < 500; ++i) {
    const std::string line(1 + i % 37, static_cast<char>('a' + i % 26));
    queue.push(line, i, i % 50 == 0);
    expected += line;
    if (i % 3 != 0) continue;
    const std::string_view ready = queue.ready(i);
    const std::size_t count = ready.size() / 2;
    taken += ready.substr(0, count);
    completed += queue.consume(count);
    CHECK(queue.unsent_bytes() == expected.size() - taken.size());
  }
  while (!queue.empty()) {
    const std::string_view ready = queue.ready(500);
    REQUIRE_FALSE(ready.empty());
    taken += ready;
    completed += queue.consume(ready.size());
  }
  CHECK(taken == expected);
  CHECK(completed == 500);
  CHECK(queue.unsent_bytes() == 0);
}

TEST_CASE("clearing forgets everything, and the queue can be used again", "[monitor]") {
  ReplyQueue queue;
  queue.push("gone", 0, false);
  queue.consume(2);
  queue.clear();
  CHECK(queue.empty());
  CHECK(queue.unsent_bytes() == 0);
  queue.push("new", 1, false);
  CHECK(queue.ready(1) == "new");
}

}  // namespace
}  // namespace qmpev
