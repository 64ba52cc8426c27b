// SPDX-License-Identifier: MIT
#include "devices/ballot.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("a ballot without votes has no winner", "[devices]") {
  CHECK(Ballot().winner() == nullptr);
}

TEST_CASE("the content of most children wins", "[devices]") {
  Ballot ballot;
  ballot.vote(0, {1});
  ballot.vote(1, {2});
  ballot.vote(2, {1});
  REQUIRE(ballot.winner() != nullptr);
  CHECK(ballot.winner()->content == Ballot::Content{1});
  CHECK(ballot.losers(*ballot.winner()) == std::vector<std::size_t>{1});
}

TEST_CASE("of equals the newest content wins", "[devices]") {
  Ballot ballot;
  ballot.vote(0, {1});
  ballot.vote(1, {2});
  CHECK(ballot.winner()->content == Ballot::Content{2});
}

TEST_CASE("losers are named newest content first, highest child first", "[devices]") {
  Ballot ballot;
  ballot.vote(0, {9});
  ballot.vote(1, {1});
  ballot.vote(2, {9});
  ballot.vote(3, {2});
  ballot.vote(4, {1});
  ballot.vote(5, {9});
  CHECK(ballot.losers(*ballot.winner()) == std::vector<std::size_t>{3, 4, 1});
}
