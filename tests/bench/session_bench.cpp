// SPDX-License-Identifier: MIT
// What a session costs that nobody uses: bytes of heap, in command mode and before.
#include <malloc.h>

#include "bench/crowd.hpp"
#include "bench/row.hpp"
#include "bench/taken_in_turn.hpp"

namespace qmpev::bench {
namespace {

constexpr int kSessions = 1'000;
constexpr double kMostBytes = 8192;

double heap_bytes() {
  return static_cast<double>(::mallinfo2().uordblks);
}

Row row(const char* what, std::string_view word) {
  TakenInTurn chain(1);
  const double before = heap_bytes();
  const Crowd crowd(chain, kSessions, word);
  return {.what = what,
          .unit = "B",
          .ours = (heap_bytes() - before) / crowd.size(),
          .goal = Goal::at_most,
          .target = kMostBytes};
}

}  // namespace

std::vector<Row> session_rows() {
  return {row("heap of an idle session, greeted", {}),
          row("heap of an idle session, in command mode", "{\"execute\":\"qmp_capabilities\"}")};
}

}  // namespace qmpev::bench
