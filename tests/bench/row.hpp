// SPDX-License-Identifier: MIT
// A row of the bench's table: our figure beside a floor that was measured in turn with it, and what it is to
// be. A figure is never a test.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace qmpev::bench {

/// What a figure is held against.
enum class Goal {
  none,
  ratio_at_most,   ///< ours / floor
  ratio_at_least,  ///< ours / floor, of figures where more is better
  at_most,         ///< ours
  at_least,        ///< ours
  at_most_above,   ///< ours - floor
};

struct Row {
  static constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

  std::string what;
  std::string unit = "ns";
  double ours = kNothing;
  double floor = kNothing;
  std::string floor_is{};
  Goal goal = Goal::none;
  double target = kNothing;
  double naive = kNothing;  ///< a tree of json-glib's for each event, and a write for each client
};

inline std::int64_t clock_ns(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}
inline std::int64_t now_ns() {
  return clock_ns(CLOCK_MONOTONIC);
}
/// CPU time of the calling thread: what a neighbour on a shared machine takes does not count.
inline std::int64_t thread_cpu_ns() {
  return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

/// The value that a `share` of them, 0 to 1, do not exceed.
inline double quantile(std::vector<double>& values, double share) {
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}
inline double median(std::vector<double>& values) {
  return quantile(values, 0.5);
}

/// Two figures measured in turn, so that a drift of the machine meets both: the medians of the rounds, behind
/// one round of each that does not count.
template <class Ours, class Floor>
Row side_by_side(Row row, Ours ours, Floor floor, int rounds = 15) {
  std::vector<double> a, b;
  ours();
  floor();
  for (int i = 0; i < rounds; ++i) {
    a.push_back(ours());
    b.push_back(floor());
  }
  row.ours = median(a);
  row.floor = median(b);
  return row;
}

// Each group of rows is a file of its own.
std::vector<Row> emit_rows();
std::vector<Row> thread_rows();
std::vector<Row> register_write_rows();
std::vector<Row> fan_out_rows();
std::vector<Row> delivery_rows();
std::vector<Row> latency_rows();
std::vector<Row> query_rows();
std::vector<Row> growth_rows();
std::vector<Row> session_rows();

}  // namespace qmpev::bench
