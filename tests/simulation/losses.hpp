// SPDX-License-Identifier: MIT
// What notices of lost events tell, added up, as somebody else's parser reads them. Single thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "simulation/events.hpp"

namespace qmpev::simulation {

struct Losses {
  std::uint64_t dropped = 0;
  std::uint64_t refused = 0;
  std::array<std::uint64_t, kKinds.size()> dropped_of{};  ///< by place in kKinds
  std::array<std::uint64_t, kKinds.size()> refused_of{};

  /// False when the line is no notice, or tells of an event that nobody emits.
  bool add(std::string_view line);
};

}  // namespace qmpev::simulation
