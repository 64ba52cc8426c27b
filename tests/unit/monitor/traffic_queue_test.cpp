// SPDX-License-Identifier: MIT
#include "monitor/traffic_queue.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/fake_clock.hpp"

namespace qmpev::test {
namespace {

const auto kPath = std::make_shared<const std::string>("/run/a.sock");

TEST_CASE("what was added is told later, in order, once, with the time at which it passed", "[monitor]") {
  FakeClock clock;
  std::vector<std::string> told;
  TrafficQueue queue(clock, [&](const Traffic& traffic) {
    told.push_back(std::to_string(traffic.session) + " " + std::string(traffic.bytes) + " " +
                   std::string(traffic.path) + " " + std::to_string(traffic.time_us));
  });
  clock.wall = 10;
  CHECK(queue.open(kPath) == 1);
  clock.wall = 20;
  queue.add(Traffic::Kind::received, 1, kPath, "abc");
  CHECK(queue.open(kPath) == 2);
  CHECK(told.empty());
  clock.wall = 99;
  queue.tell();
  CHECK(told == std::vector<std::string>{"1  /run/a.sock 10", "1 abc /run/a.sock 20", "2  /run/a.sock 20"});
  queue.tell();
  CHECK(told.size() == 3);
}

TEST_CASE("a callback that tells the rest itself changes no order and repeats nothing", "[monitor]") {
  FakeClock clock;
  std::string told;
  TrafficQueue* the_queue = nullptr;
  TrafficQueue queue(clock, [&](const Traffic& traffic) {
    told += traffic.bytes;
    if (traffic.bytes == "a") the_queue->add(Traffic::Kind::sent, 1, kPath, "d");
    the_queue->tell();
    told += traffic.bytes;  // still whole
  });
  the_queue = &queue;
  for (const char* bytes : {"a", "b", "c"}) queue.add(Traffic::Kind::sent, 1, kPath, bytes);
  queue.tell();
  CHECK(told == "abcddcba");
}

}  // namespace
}  // namespace qmpev::test
