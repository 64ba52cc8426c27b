// SPDX-License-Identifier: MIT
// Whether an event costs the same however many there were before, and however many clients are connected that
// have not negotiated. The loop's CPU time for each event, with one client that reads.
#include <cstdlib>
#include <memory>
#include <string>

#include "bench/crowd.hpp"
#include "bench/row.hpp"
#include "bench/taken_in_turn.hpp"

namespace qmpev::bench {
namespace {

constexpr int kIdle = 10'000;
constexpr int kFewest = 1'000;
constexpr int kRounds = 15;  // of those: they are over in no time
constexpr int kSteps[] = {10'000, 100'000, 1'000'000, 10'000'000};

std::string power_of_ten(int number) {
  int power = 0;
  for (; number >= 10; number /= 10) ++power;
  return "10^" + std::to_string(power);
}

/// How much so many events in a row cost beside a few.
std::vector<Row> rows_by_events() {
  TakenInTurn chain(1);
  chain.fill_log();
  std::vector<double> few;
  for (int i = 0; i < kRounds; ++i) few.push_back(chain.deliver_ns(kFewest));
  const double beside = median(few);
  std::vector<Row> rows;
  for (int events : kSteps)
    rows.push_back({.what = "CPU per event, of " + power_of_ten(events) + " events",
                    .ours = chain.deliver_ns(events),
                    .floor = beside,
                    .floor_is = "of " + power_of_ten(kFewest),
                    .goal = Goal::ratio_at_most,
                    .target = 1.1});
  return rows;
}

Row row_by_idle_sessions() {
  TakenInTurn alone(1), crowded(1);
  const Crowd crowd(crowded, kIdle);
  return side_by_side(
      {.what = "CPU per event, " + std::to_string(crowd.size()) + " sessions that have not negotiated",
       .floor_is = "without them",
       .goal = Goal::ratio_at_most,
       .target = 1.1},
      [&] { return crowded.deliver_ns(10'000); }, [&] { return alone.deliver_ns(10'000); }, 7);
}

}  // namespace

std::vector<Row> growth_rows() {
  std::vector<Row> rows = rows_by_events();
  rows.push_back(row_by_idle_sessions());
  return rows;
}

}  // namespace qmpev::bench
