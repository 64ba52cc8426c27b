// SPDX-License-Identifier: MIT
#include "simulation/shrinker.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace qmpev::simulation {
namespace {

/// An episode takes milliseconds.
constexpr unsigned kTrySeconds = 20;

Ending try_out(const Program& program) {
  return run_apart([&program](Report& report) {
    alarm(kTrySeconds);
    report.seed = program.seed;
    report.steps = program.steps.size();
    tell(report, play(program, report.at).verdict);
  });
}

/// What comes behind the step that broke it had no part in it.
void cut_behind(Program& program, const Ending& ending) {
  if (ending.at + 1 < program.steps.size()) {
    program.steps.resize(ending.at + 1);
  }
}

}  // namespace

Shrunk shrink(Program program, Ending ending, int max_tries) {
  cut_behind(program, ending);
  for (std::size_t chunk = std::max<std::size_t>(1, program.steps.size() / 2);; chunk /= 2) {
    for (std::size_t at = 0; at < program.steps.size() && max_tries > 0;) {
      Program smaller = program;
      const auto begin = smaller.steps.begin() + static_cast<std::ptrdiff_t>(at);
      const std::size_t count = std::min(chunk, smaller.steps.size() - at);
      smaller.steps.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
      --max_tries;
      const Ending now = try_out(smaller);
      if (now.invariant != ending.invariant) {
        at += count;
        continue;
      }
      ending = now;
      program = std::move(smaller);
      cut_behind(program, ending);
    }
    if (chunk == 1 || max_tries == 0) return {std::move(program), std::move(ending)};
  }
}

}  // namespace qmpev::simulation
