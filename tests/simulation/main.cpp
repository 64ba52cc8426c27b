// SPDX-License-Identifier: MIT
// qmpev-simulate: plays seed after seed until so many steps are done, and says which seed breaks what.
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

#include "simulation/episode.hpp"
#include "simulation/program.hpp"
#include "simulation/run.hpp"
#include "simulation/shrinker.hpp"

namespace {

using namespace qmpev::simulation;

constexpr std::size_t kEpisodeSteps = 2'000;
constexpr std::uint64_t kDefaultSteps = 1'000'000;
constexpr double kProgressSeconds = 2;

constexpr char kUsage[] =
    "usage: qmpev-simulate [--steps N] [--seed S]\n"
    "\n"
    "Plays the whole chain from emit to clients on fake clocks and transports, from a seed, and checks its\n"
    "invariants after each step. A seed stands for 2000 steps; the seeds after S follow until N are done.\n"
    "\n"
    "  --steps N  so many steps (default 1000000)\n"
    "  --seed S   the first seed (default: another one each time)\n"
    "\n"
    "A seed that breaks something is printed with the command that repeats it, and cut down to the steps "
    "that\n"
    "matter. Exit status: 0 all invariants hold, 1 one is broken, 2 usage.\n";

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::optional<std::uint64_t> number(const char* text) {
  std::uint64_t value = 0;
  const char* const end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

struct Options {
  std::uint64_t steps = kDefaultSteps;
  std::uint64_t seed =
      static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) %
      1'000'000'000'000;
};

std::optional<Options> read_options(int count, char** words) {
  Options options;
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = words[i];
    const auto value = i + 1 < count ? number(words[i + 1]) : std::nullopt;
    if (!value || (name != "--steps" && name != "--seed")) return std::nullopt;
    (name == "--steps" ? options.steps : options.seed) = *value;
  }
  if (options.steps == 0) return std::nullopt;
  return options;
}

void play_all(const Options& options, Report& report) {
  const double start = now();
  const bool shows_progress = isatty(STDERR_FILENO) != 0;
  double shown = start;
  std::uint64_t done = 0;
  std::uint64_t emitted = 0;
  std::uint64_t delivered = 0;
  std::uint64_t dropped = 0;
  std::uint64_t replies = 0;
  for (std::uint64_t seed = options.seed; done < options.steps; ++seed) {
    const std::size_t steps = std::min<std::uint64_t>(kEpisodeSteps, options.steps - done);
    report.seed = seed;
    report.steps = steps;
    alarm(kHangSeconds);
    const Outcome outcome = play(program_of(seed, steps), report.at);
    if (outcome.verdict.broken()) return tell(report, outcome.verdict);
    done += steps;
    emitted += outcome.emitted;
    delivered += outcome.delivered;
    dropped += outcome.dropped;
    replies += outcome.replies;
    if (!shows_progress || now() - shown < kProgressSeconds) continue;
    shown = now();
    std::fprintf(stderr, "\r%llu of %llu steps, %.0f a second ", static_cast<unsigned long long>(done),
                 static_cast<unsigned long long>(options.steps), static_cast<double>(done) / (shown - start));
  }
  if (shows_progress && shown > start) std::fprintf(stderr, "\n");
  std::printf(
      "%llu steps from seed %llu in %.1f s: %llu events emitted, %llu delivered, %llu lost, %llu replies; "
      "all "
      "invariants hold\n",
      static_cast<unsigned long long>(done), static_cast<unsigned long long>(options.seed), now() - start,
      static_cast<unsigned long long>(emitted), static_cast<unsigned long long>(delivered),
      static_cast<unsigned long long>(dropped), static_cast<unsigned long long>(replies));
}

void print(const Program& program) {
  for (const Step& step : program.steps) {
    const std::string_view name = name_of(step.action);
    std::printf("  %-20.*s %016llx\n", static_cast<int>(name.size()), name.data(),
                static_cast<unsigned long long>(step.seed));
  }
}

void report_broken(const Ending& ending) {
  const Program program = program_of(ending.seed, ending.steps);
  const std::string_view where =
      ending.at < program.steps.size() ? name_of(program.steps[ending.at].action) : "the end";
  std::printf(
      "broken: %s\n  %s\n  seed %llu, step %zu (%.*s)\nrepeat: ./dev simulate --seed %llu --steps %zu\n",
      ending.invariant.c_str(), ending.detail.c_str(), static_cast<unsigned long long>(ending.seed),
      ending.at, static_cast<int>(where.size()), where.data(), static_cast<unsigned long long>(ending.seed),
      ending.steps);
  std::fflush(stdout);
  const Shrunk shrunk = shrink(program, ending);
  std::printf("the same with %zu steps:\n", shrunk.program.steps.size());
  print(shrunk.program);
  std::printf("  %s\n", shrunk.ending.detail.c_str());
}

}  // namespace

int main(int count, char** words) {
  const std::string_view first = count > 1 ? words[1] : "";
  if (first == "--help" || first == "-h") return std::fputs(kUsage, stdout), 0;
  const std::optional<Options> options = read_options(count, words);
  if (!options) return std::fputs(kUsage, stderr), 2;
  const Ending ending = run_apart([&options](Report& report) { play_all(*options, report); });
  if (ending.well()) return 0;
  report_broken(ending);
  return 1;
}
