// SPDX-License-Identifier: MIT
#include "monitor/deadlines.hpp"

#include "fake_room.hpp"

namespace qmpev::test {
namespace {

/// Any two sessions: only their places count.
Session& session_at(int place) {
  alignas(Session) static char places[2][sizeof(Session)];
  return reinterpret_cast<Session&>(places[place]);
}

TEST_CASE("what is due is taken out, soonest first", "[monitor]") {
  Deadlines deadlines;
  CHECK(deadlines.next_ns() == INT64_MAX);
  CHECK(deadlines.take_due(INT64_MAX - 1) == nullptr);
  deadlines.add(20, session_at(0));
  deadlines.add(10, session_at(1));
  CHECK(deadlines.next_ns() == 10);
  CHECK(deadlines.take_due(9) == nullptr);
  CHECK(deadlines.take_due(10) == &session_at(1));
  CHECK(deadlines.take_due(19) == nullptr);
  CHECK(deadlines.take_due(21) == &session_at(0));
  CHECK(deadlines.next_ns() == INT64_MAX);
}

TEST_CASE("one that is removed is not due any more, others at that time are", "[monitor]") {
  Deadlines deadlines;
  deadlines.add(10, session_at(0));
  deadlines.add(10, session_at(1));
  deadlines.remove(10, session_at(0));
  deadlines.remove(10, session_at(0));
  CHECK(deadlines.take_due(10) == &session_at(1));
  CHECK(deadlines.take_due(10) == nullptr);
}

}  // namespace
}  // namespace qmpev::test
