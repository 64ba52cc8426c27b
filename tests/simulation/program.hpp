// SPDX-License-Identifier: MIT
// What a seed stands for: the settings of one episode, and its steps. A step carries a seed of its own and
// means something in any state, so that a shrinker may leave out others. Reentrant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace qmpev::simulation {

enum class Action : unsigned char {
  emit,
  emit_burst,
  resume_thread,
  advance_to_deadline,
  advance,
  step_wall_clock,
  loop,
  idle_dispatch,
  connect,
  request,
  garbage,
  half_close,
  disconnect,
  read_some,
  stall,
  change_transport,
  set_rate_limit,
  discard_delayed,
  flush,
  answer_late,
  calm,
  end,
};
inline constexpr std::size_t kActions = static_cast<std::size_t>(Action::end) + 1;

std::string_view name_of(Action action) noexcept;

struct Step {
  Action action;
  std::uint64_t seed;
};

struct Program {
  std::uint64_t seed = 0;
  std::vector<Step> steps;
};

Program program_of(std::uint64_t seed, std::size_t steps);

}  // namespace qmpev::simulation
