// SPDX-License-Identifier: MIT
// Each public C header compiles alone as C++, too, as old as embedders may have it; compiled once for each.
#include QMPEV_HEADER

int qmpev_header_alone();
int qmpev_header_alone() {
  return 0;
}
