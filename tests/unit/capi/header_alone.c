/* SPDX-License-Identifier: MIT */
/* Each public C header compiles alone, as C99 and without a warning; this file is compiled once for each. */
#include QMPEV_HEADER

int qmpev_header_alone(void);
int qmpev_header_alone(void) {
  return 0;
}
