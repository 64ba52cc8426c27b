// SPDX-License-Identifier: MIT
#include "monitor/seats.hpp"

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("there are as many seats as the limit says, and one left can be taken again", "[monitor]") {
  Seats seats(2);
  std::optional<Seat> first = seats.take();
  std::optional<Seat> second = seats.take();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(seats.taken() == 2);
  CHECK_FALSE(seats.take());
  first.reset();
  CHECK(seats.taken() == 1);
  CHECK(seats.take());
}

TEST_CASE("who left is told, as long as there is somebody to tell", "[monitor]") {
  int left = 0;
  std::optional<Seat> late;
  {
    Seats seats(1, [&] { ++left; });
    std::optional<Seat> seat = seats.take();
    CHECK(seats.full());
    seat.reset();
    CHECK(left == 1);
    CHECK_FALSE(seats.full());
    late = seats.take();
  }
  late.reset();
  CHECK(left == 1);
}

TEST_CASE("a seat moves without being counted twice", "[monitor]") {
  Seats seats(2);
  Seat first = *seats.take();
  Seat second = std::move(first);
  CHECK(seats.taken() == 1);
  second = Seat();
  CHECK(seats.taken() == 0);
}

TEST_CASE("a seat may outlive its row", "[monitor]") {
  std::optional<Seat> seat;
  {
    Seats seats(1);
    seat = seats.take();
  }
  CHECK(seat);
}

TEST_CASE("one user has at most so many of the seats", "[monitor]") {
  Seats seats(4, {}, 2);
  std::optional<Seat> first = seats.take(1000);
  CHECK_FALSE(seats.full_for(1000));
  std::optional<Seat> second = seats.take(1000);
  REQUIRE(second);
  CHECK(seats.full_for(1000));
  CHECK_FALSE(seats.take(1000));
  CHECK_FALSE(seats.full_for(1001));
  std::optional<Seat> other = seats.take(1001);
  std::optional<Seat> nameless = seats.take();
  REQUIRE((other && nameless));
  CHECK_FALSE(seats.take());  // all four
  *second = Seat();
  CHECK_FALSE(seats.full_for(1000));
  CHECK(seats.take(1000));
}

TEST_CASE("without a limit for users one may have them all", "[monitor]") {
  Seats seats(2);
  std::optional<Seat> first = seats.take(1000);
  std::optional<Seat> second = seats.take(1000);
  CHECK(second);
  CHECK_FALSE(seats.full_for(1000));
}

}  // namespace
}  // namespace qmpev
