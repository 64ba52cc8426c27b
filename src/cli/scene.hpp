// SPDX-License-Identifier: MIT
// The demo's scene: what the actors do, when, and what a newcomer should know about it. Every step does what
// its text says, through the entry that a guest, a viewer or a client has. Loop thread; guest steps act on
// the guest's thread.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "cli/screen.hpp"
#include "hypervisor/guest.hpp"
#include "hypervisor/reference_machine.hpp"

namespace qmpev {

struct SceneStep {
  int at_ms;  ///< since the start of the scene; ascending
  std::function<void()> act;
};

/// What the steps act on; all of it is borrowed and outlives them.
struct Stage {
  ReferenceMachine& machine;
  Guest& guest;
  Screen& screen;
  std::function<void(std::string_view command)> host;  ///< sends a QMP command
};

/// What a newcomer should see; nothing in it ends the process.
std::vector<SceneStep> scene(const Stage& stage);

}  // namespace qmpev
