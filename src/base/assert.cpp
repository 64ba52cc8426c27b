// SPDX-License-Identifier: MIT
#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace qmpev {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  // The one place that may print: there is no callback to trust any more.
  std::fprintf(stderr, "qmpev: bug: %s does not hold (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace qmpev
