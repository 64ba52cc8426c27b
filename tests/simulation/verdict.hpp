// SPDX-License-Identifier: MIT
// Which invariant was broken first, and how. Callbacks cannot throw, so that they say it here and the episode
// ends after the step. Single thread.
#pragma once

#include <string>
#include <utility>

namespace qmpev::simulation {

struct Verdict {
  std::string invariant;  ///< empty: all hold
  std::string detail;

  bool broken() const noexcept { return !invariant.empty(); }
  void fail(const char* name, std::string what) {
    if (broken()) return;
    invariant = name;
    detail = std::move(what);
  }
  void expect(bool holds, const char* name, const char* what) {
    if (!holds) fail(name, what);
  }
  /// Two counts that are to be equal.
  void same(unsigned long long got, unsigned long long expected, const char* name, const char* what) {
    if (got == expected) return;
    fail(name, std::string(what) + ": " + std::to_string(got) + " instead of " + std::to_string(expected));
  }
};

}  // namespace qmpev::simulation
