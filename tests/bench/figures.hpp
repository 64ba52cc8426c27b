// SPDX-License-Identifier: MIT
// A row of the bench's table: our figure beside a floor measured in the same run. A figure is never a test.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace qmpev::bench {

struct Row {
  std::string what;
  double ours;   ///< nanoseconds
  double floor;  ///< nanoseconds
  std::string floor_is;
};

inline std::int64_t now_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// CPU time of the calling thread: what a neighbour on a shared machine takes does not count.
inline std::int64_t thread_cpu_ns() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Two figures measured in turn, so that a drift of the machine meets both: the medians of the rounds.
template <class Ours, class Floor>
Row side_by_side(std::string what, std::string floor_is, Ours ours, Floor floor, int rounds = 15) {
  std::vector<double> a, b;
  ours();
  floor();
  for (int i = 0; i < rounds; ++i) {
    a.push_back(ours());
    b.push_back(floor());
  }
  const auto median = [](std::vector<double>& v) {
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
    return v[v.size() / 2];
  };
  return {std::move(what), median(a), median(b), std::move(floor_is)};
}

std::vector<Row> emit_rows();
std::vector<Row> fan_out_rows();

}  // namespace qmpev::bench
