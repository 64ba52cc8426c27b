// SPDX-License-Identifier: MIT
#include "devices/ballot.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <utility>

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

TEST_CASE("any ballot ends as comparing everybody with everybody does", "[devices]") {
  std::mt19937 random(1);
  for (int turn = 0; turn < 2000; ++turn) {
    std::vector<int> words(1 + random() % 9);
    Ballot ballot;
    for (std::size_t child = 0; child < words.size(); ++child) {
      words[child] = static_cast<int>(random() % 4);
      ballot.vote(child, {static_cast<std::uint8_t>(words[child])});
    }
    const auto votes = [&](int word) { return std::count(words.begin(), words.end(), word); };
    const auto first = [&](int word) { return std::find(words.begin(), words.end(), word) - words.begin(); };
    const auto rank = [&](int word) { return std::pair(votes(word), first(word)); };
    const int winner = *std::max_element(words.begin(), words.end(),
                                         [&](int one, int other) { return rank(one) < rank(other); });
    std::vector<std::size_t> losers;
    for (std::size_t child = 0; child < words.size(); ++child)
      if (words[child] != winner) losers.push_back(child);
    std::sort(losers.begin(), losers.end(), [&](std::size_t one, std::size_t other) {
      return std::pair(first(words[one]), one) > std::pair(first(words[other]), other);
    });
    REQUIRE(ballot.winner()->content == Ballot::Content{static_cast<std::uint8_t>(winner)});
    REQUIRE(ballot.winner()->children.size() == static_cast<std::size_t>(votes(winner)));
    REQUIRE(ballot.losers(*ballot.winner()) == losers);
  }
}
