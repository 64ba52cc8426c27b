// SPDX-License-Identifier: MIT
// Measures the groups of rows that it is told (all), and prints each row as a line of JSON. bench.py makes
// the table of them. Absolute times mean little on a shared machine: every ratio is of two figures of one
// run.
//
// usage: bench [GROUP...]
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iterator>

#include "bench/row.hpp"

using namespace qmpev::bench;

namespace {

struct Group {
  const char* name;
  std::vector<Row> (*rows)();
};

constexpr Group kGroups[] = {
    {"emit", emit_rows},       {"threads", thread_rows},    {"register", register_write_rows},
    {"fan-out", fan_out_rows}, {"delivery", delivery_rows}, {"latency", latency_rows},
    {"query", query_rows},     {"growth", growth_rows},     {"sessions", session_rows},
};

const char* word_of(Goal goal) {
  switch (goal) {
    case Goal::none:
      return "none";
    case Goal::ratio_at_most:
      return "ratio-at-most";
    case Goal::ratio_at_least:
      return "ratio-at-least";
    case Goal::at_most:
      return "at-most";
    case Goal::at_least:
      return "at-least";
    case Goal::at_most_above:
      return "at-most-above";
  }
  return "none";
}

void print_number(const char* name, double value) {
  if (std::isfinite(value)) std::printf(", \"%s\": %.17g", name, value);
}

/// The texts are this program's own: nothing in them has to be escaped.
void print(const char* group, const Row& row) {
  std::printf("{\"group\": \"%s\", \"what\": \"%s\", \"unit\": \"%s\", \"goal\": \"%s\"", group,
              row.what.c_str(), row.unit.c_str(), word_of(row.goal));
  print_number("ours", row.ours);
  print_number("floor", row.floor);
  print_number("naive", row.naive);
  print_number("target", row.target);
  std::printf(", \"floor_is\": \"%s\"}\n", row.floor_is.c_str());
  std::fflush(stdout);
}

bool wanted(const char* name, int count, char** words) {
  for (int i = 1; i < count; ++i)
    if (std::strcmp(words[i], name) == 0) return true;
  return count <= 1;
}

bool known(const char* word) {
  for (const Group& group : kGroups)
    if (std::strcmp(group.name, word) == 0) return true;
  return false;
}

}  // namespace

int main(int count, char** words) {
  for (int i = 1; i < count; ++i) {
    if (known(words[i])) continue;
    std::fprintf(stderr, "bench: there is no group '%s':", words[i]);
    for (const Group& group : kGroups) std::fprintf(stderr, " %s", group.name);
    std::fprintf(stderr, "\n");
    return 2;
  }
  for (const Group& group : kGroups) {
    if (!wanted(group.name, count, words)) continue;
    for (const Row& row : group.rows()) print(group.name, row);
  }
  return 0;
}
