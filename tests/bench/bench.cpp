// SPDX-License-Identifier: MIT
// Prints the table. Every ratio is of two figures from the same run; absolute times mean little on a shared
// machine.
#include <cstdio>

#include "bench/figures.hpp"

using qmpev::bench::Row;

namespace {

void print(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    std::printf("%-46s %9.1f ns %9.1f ns  %5.2fx  %s\n", row.what.c_str(), row.ours, row.floor,
                row.ours / row.floor, row.floor_is.c_str());
  }
}

}  // namespace

int main() {
  std::printf("%-46s %12s %12s  %6s  %s\n", "what (per event)", "ours", "floor", "ratio", "the floor is");
  print(qmpev::bench::emit_rows());
  std::printf("\n%-46s %12s %12s  %6s  %s\n", "what (CPU per event and client)", "ours", "floor", "ratio",
              "the floor is");
  print(qmpev::bench::fan_out_rows());
  return 0;
}
