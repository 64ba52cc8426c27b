// SPDX-License-Identifier: MIT
#include "devices/answers.hpp"

#include <catch2/catch.hpp>
#include <thread>

using namespace qmpev;

TEST_CASE("answers are taken in the order in which they come", "[devices]") {
  Answers answers;
  answers.of(2)(5);
  answers.of(0)(0);
  const ChildAnswer first = answers.take(), second = answers.take();
  CHECK(first.child == 2);
  CHECK(first.error == 5);
  CHECK(second.child == 0);
  CHECK(second.error == 0);
}

TEST_CASE("an answer from another thread is waited for, and nothing is touched after it", "[devices]") {
  for (int turn = 0; turn < 100; ++turn) {
    std::thread child;
    {
      Answers answers;
      child = std::thread([done = answers.of(1)] { done(7); });
      CHECK(answers.take().error == 7);
    }
    child.join();
  }
}
