// SPDX-License-Identifier: MIT
#include "base/flush_desk.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr seconds kPatience{20};  // a test that waits longer has failed

TEST_CASE("who asks is told when the sessions have come to the place it was given", "[base]") {
  FlushDesk desk;
  CHECK_FALSE(desk.asked());
  FlushOutcome outcome = FlushOutcome::loop_gone;
  std::thread waiting([&] { outcome = desk.wait(kPatience, [] {}); });
  while (!desk.asked()) std::this_thread::yield();
  desk.give_place(7);
  CHECK_FALSE(desk.asked());
  REQUIRE(desk.waiting());
  CHECK(desk.next_place() == 7);
  desk.reached();
  waiting.join();
  CHECK(outcome == FlushOutcome::done);
  CHECK_FALSE(desk.waiting());
}

TEST_CASE("patience without end is a day, and less than none is none", "[base]") {
  CHECK(bounded_patience(nanoseconds::max()) == kMaxFlushPatience);
  CHECK(bounded_patience(kMaxFlushPatience) == kMaxFlushPatience);
  CHECK(bounded_patience(kMaxFlushPatience - nanoseconds(1)) == kMaxFlushPatience - nanoseconds(1));
  CHECK(bounded_patience(nanoseconds::min()) == nanoseconds(0));
  FlushDesk desk;
  FlushOutcome outcome = FlushOutcome::timed_out;
  std::thread waiting([&] { outcome = desk.wait(nanoseconds::max(), [] {}); });
  while (!desk.asked()) std::this_thread::yield();
  desk.give_place(1);
  desk.reached();
  waiting.join();
  CHECK(outcome == FlushOutcome::done);
  CHECK(desk.wait(nanoseconds::min(), [] {}) == FlushOutcome::timed_out);
}

TEST_CASE("a loop that is woken may answer at once", "[base]") {
  FlushDesk desk;
  const auto answer = [&desk] {
    desk.give_place(1);
    desk.reached();
  };
  CHECK(desk.wait(kPatience, answer) == FlushOutcome::done);
}

TEST_CASE("nobody waits longer than it is ready to", "[base]") {
  FlushDesk desk;
  CHECK(desk.wait(nanoseconds(0), [] {}) == FlushOutcome::timed_out);
  CHECK(desk.asked());
}

TEST_CASE("an answer to one that gave up is none to the next", "[base]") {
  FlushDesk desk;
  CHECK(desk.wait(nanoseconds(0), [] {}) == FlushOutcome::timed_out);
  desk.give_place(1);
  const auto answer_the_first = [&desk] { desk.reached(); };
  CHECK(desk.wait(nanoseconds(0), answer_the_first) == FlushOutcome::timed_out);
}

TEST_CASE("the end tells whoever waits, and whoever asks later", "[base]") {
  FlushDesk desk;
  CHECK(desk.wait(kPatience, [&desk] { desk.close(); }) == FlushOutcome::loop_gone);
  CHECK(desk.wait(kPatience, [] {}) == FlushOutcome::loop_gone);
}

TEST_CASE("what is done stays done at the end", "[base]") {
  FlushDesk desk;
  const auto answer_and_end = [&desk] {
    desk.give_place(1);
    desk.reached();
    desk.close();
  };
  CHECK(desk.wait(kPatience, answer_and_end) == FlushOutcome::done);
}

TEST_CASE("requests beyond the places that are kept apart share the last one", "[base]") {
  FlushDesk desk;
  for (std::uint64_t place = 1; place <= kMaxFlushPlaces + 1; ++place) {
    CHECK(desk.wait(nanoseconds(0), [] {}) == FlushOutcome::timed_out);
    desk.give_place(place);
  }
  std::vector<std::uint64_t> places;
  for (; desk.waiting(); desk.reached()) places.push_back(desk.next_place());
  REQUIRE(places.size() == kMaxFlushPlaces);
  CHECK(places.front() == 1);
  CHECK(places.back() == kMaxFlushPlaces + 1);
}

}  // namespace
}  // namespace qmpev
