// SPDX-License-Identifier: MIT
#include "monitor/request_queue.hpp"

#include <string>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

Reader::Item item(const std::string& text, std::size_t bytes = 0) {
  return {Value(text), {}, bytes};
}

TEST_CASE("requests leave the queue in the order they came, with their weight", "[monitor]") {
  RequestQueue queue;
  CHECK(queue.empty());
  queue.push(item("a", 5));
  queue.push({std::nullopt, "a mistake"});
  queue.push(item("b", 7));
  CHECK(queue.size() == 3);
  CHECK(queue.bytes() == 12);
  CHECK(queue.pop().value == Value("a"));
  CHECK(queue.bytes() == 7);
  CHECK(queue.pop().error == "a mistake");
  CHECK(queue.pop().value == Value("b"));
  CHECK(queue.empty());
  CHECK(queue.bytes() == 0);
}

TEST_CASE("it is full at its limit, not below", "[monitor]") {
  CHECK(kQueuedRequests == 8);  // as many as QEMU queues
  RequestQueue queue;
  for (std::size_t i = 0; i < kQueuedRequests; ++i) {
    CHECK_FALSE(queue.full());
    queue.push(item("x", 1));
  }
  CHECK(queue.full());
  queue.pop();
  CHECK_FALSE(queue.full());
  queue.clear();
  CHECK(queue.empty());
  CHECK(queue.bytes() == 0);
}

TEST_CASE("the newest can give its place to something lighter", "[monitor]") {
  RequestQueue queue;
  queue.push(item("a", 5));
  queue.push(item("b", 100));
  queue.replace_newest({std::nullopt, "too heavy"});
  CHECK(queue.bytes() == 5);
  CHECK(queue.pop().value == Value("a"));
  CHECK(queue.pop().error == "too heavy");
}

}  // namespace
}  // namespace qmpev
