// SPDX-License-Identifier: MIT
#include "hypervisor/guest.hpp"

#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <vector>

using namespace qmpev;

namespace {

constexpr auto kBound = std::chrono::seconds(10);
constexpr auto kVeryLong = std::chrono::hours(1);

/// Waits until everything posted so far is done.
bool drained(Guest& guest) {
  auto done = std::make_shared<std::promise<void>>();
  auto waited = done->get_future();
  guest.post([done] { done->set_value(); });
  return waited.wait_for(kBound) == std::future_status::ready;
}

}  // namespace

TEST_CASE("the guest does its jobs in order, on one thread of its own", "[hypervisor][threads]") {
  Guest guest([] { return true; });
  std::vector<int> order;
  std::vector<std::thread::id> threads;
  for (int number = 0; number < 3; ++number)
    guest.post([&, number] {
      order.push_back(number);
      threads.push_back(std::this_thread::get_id());
    });
  REQUIRE(drained(guest));
  CHECK(order == std::vector<int>{0, 1, 2});
  CHECK(threads[0] != std::this_thread::get_id());
  CHECK(threads[0] == threads[2]);
}

TEST_CASE("the guest stands still while the machine is stopped", "[hypervisor][threads]") {
  std::atomic<bool> running{false};
  std::atomic<int> asked{0};
  std::atomic<bool> done{false};
  Guest guest([&] {
    ++asked;
    return running.load();
  });
  guest.post([&] { done = true; });
  const auto end = std::chrono::steady_clock::now() + kBound;
  while (asked == 0 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  REQUIRE(asked > 0);
  CHECK_FALSE(done);
  running = true;
  guest.wake();
  REQUIRE(drained(guest));
  CHECK(done);
}

TEST_CASE("a job that will not wait for a machine that stands still is replaced", "[hypervisor][threads]") {
  std::atomic<bool> running{false};
  Guest guest([&] { return running.load(); });
  std::vector<int> order;
  std::promise<void> replaced;
  guest.post([&] { order.push_back(1); });
  guest.post([&] { order.push_back(2); },
             [&] {
               order.push_back(-2);
               replaced.set_value();
             });
  REQUIRE(replaced.get_future().wait_for(kBound) == std::future_status::ready);
  CHECK(order == std::vector<int>{-2});
  running = true;
  guest.wake();
  guest.post([&] { order.push_back(3); }, [&] { order.push_back(-3); });
  REQUIRE(drained(guest));
  CHECK(order == std::vector<int>{-2, 1, 3});
}

TEST_CASE("the end of the guest cuts a rest short and forgets the jobs behind it", "[hypervisor][threads]") {
  Guest guest([] { return true; });
  std::promise<void> started;
  bool rested = true;
  bool second = false;
  guest.post([&] {
    started.set_value();
    rested = guest.rest(kVeryLong);
  });
  guest.post([&] { second = true; });
  REQUIRE(started.get_future().wait_for(kBound) == std::future_status::ready);
  guest.end();
  CHECK_FALSE(rested);
  CHECK_FALSE(second);
  guest.post([&] { second = true; });
  guest.end();
  CHECK_FALSE(second);
}

TEST_CASE("a rest without an end of the guest is a rest", "[hypervisor][threads]") {
  Guest guest([] { return true; });
  bool rested = false;
  guest.post([&] { rested = guest.rest(std::chrono::milliseconds(0)); });
  REQUIRE(drained(guest));
  CHECK(rested);
}

TEST_CASE("a machine that is stopped keeps a job in its rest, and refuses what is behind it",
          "[hypervisor][threads]") {
  std::atomic<bool> running{true};
  Guest guest([&] { return running.load(); });
  std::promise<void> resting;
  std::atomic<int> rested{0};
  std::promise<void> refused;
  guest.post([&] {
    running = false;
    resting.set_value();
    rested = guest.rest(std::chrono::milliseconds(0)) ? 1 : -1;
  });
  REQUIRE(resting.get_future().wait_for(kBound) == std::future_status::ready);
  guest.post([] {}, [&] { refused.set_value(); });
  REQUIRE(refused.get_future().wait_for(kBound) == std::future_status::ready);
  CHECK(rested == 0);
  running = true;
  guest.wake();
  REQUIRE(drained(guest));
  CHECK(rested == 1);
}

TEST_CASE("the guest can end in the rest of a stopped machine", "[hypervisor][threads]") {
  std::atomic<bool> running{true};
  Guest guest([&] { return running.load(); });
  std::promise<void> resting;
  bool rested = true;
  guest.post([&] {
    running = false;
    resting.set_value();
    rested = guest.rest(std::chrono::milliseconds(0));
  });
  REQUIRE(resting.get_future().wait_for(kBound) == std::future_status::ready);
  guest.end();
  CHECK_FALSE(rested);
}

TEST_CASE("a named job waits for its turn once, however often it is posted", "[hypervisor][threads]") {
  std::atomic<bool> running{false};
  Guest guest([&] { return running.load(); });
  std::vector<char> order;
  for (int time = 0; time < 3; ++time) {
    guest.post_once("a", [&] { order.push_back('a'); });
    guest.post_once("b", [&] { order.push_back('b'); });
    guest.post([&] { order.push_back('-'); });
  }
  running = true;
  guest.wake();
  REQUIRE(drained(guest));
  CHECK(order == std::vector<char>{'a', 'b', '-', '-', '-'});
  guest.post_once("a", [&] { order.push_back('a'); });
  REQUIRE(drained(guest));
  CHECK(order.size() == 6);
  guest.end();
  guest.post_once("a", [&] { order.push_back('a'); });
  CHECK(order.size() == 6);
}

TEST_CASE("the guest's thread is known by its number as soon as there is a guest", "[hypervisor][threads]") {
  Guest guest([] { return true; });
  std::int64_t number = 0;
  guest.post([&] { number = ::gettid(); });
  REQUIRE(drained(guest));
  CHECK(guest.thread_id() == number);
  CHECK(guest.thread_id() != ::gettid());
}
