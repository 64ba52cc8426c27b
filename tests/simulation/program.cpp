// SPDX-License-Identifier: MIT
#include "simulation/program.hpp"

#include <algorithm>
#include <array>

#include "simulation/dice.hpp"

namespace qmpev::simulation {
namespace {

struct Weight {
  std::string_view name;
  std::uint64_t weight;
};
/// By Action: how often each occurs among the others.
constexpr std::array<Weight, kActions> kWeights = {{
    {"emit", 240},         {"emit burst", 40},
    {"resume thread", 90}, {"advance to deadline", 35},
    {"advance", 50},       {"step wall clock", 4},
    {"loop", 220},         {"idle dispatch", 30},
    {"connect", 12},       {"request", 110},
    {"garbage", 12},       {"half-close", 3},
    {"disconnect", 3},     {"read some", 50},
    {"stall", 20},         {"change transport", 15},
    {"set rate limit", 4}, {"discard delayed", 3},
    {"flush", 4},          {"answer late", 40},
    {"calm", 10},          {"end", 0},
}};
/// The server of some episodes ends before the program does.
constexpr std::uint64_t kEndsOneIn = 2;
constexpr std::size_t kStepsAfterEnd = 20;

}  // namespace

std::string_view name_of(Action action) noexcept {
  return kWeights[static_cast<std::size_t>(action)].name;
}

Program program_of(std::uint64_t seed, std::size_t steps) {
  std::uint64_t sum = 0;
  for (const Weight& weight : kWeights) sum += weight.weight;
  Dice dice(seed);
  Program program{seed, {}};
  program.steps.reserve(steps);
  while (program.steps.size() < steps) {
    std::uint64_t chosen = dice.below(sum);
    std::size_t action = 0;
    while (chosen >= kWeights[action].weight) chosen -= kWeights[action++].weight;
    program.steps.push_back({static_cast<Action>(action), dice.next()});
  }
  if (dice.one_in(kEndsOneIn) && steps > 0) {
    program.steps[steps - 1 - std::min(steps - 1, kStepsAfterEnd)].action = Action::end;
  }
  return program;
}

}  // namespace qmpev::simulation
