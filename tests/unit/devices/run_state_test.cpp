// SPDX-License-Identifier: MIT
#include "devices/run_state.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace qmpev;

TEST_CASE("run states have QEMU's words", "[devices]") {
  CHECK(word(RunState::debug) == "debug");
  CHECK(word(RunState::inmigrate) == "inmigrate");
  CHECK(word(RunState::internal_error) == "internal-error");
  CHECK(word(RunState::io_error) == "io-error");
  CHECK(word(RunState::paused) == "paused");
  CHECK(word(RunState::postmigrate) == "postmigrate");
  CHECK(word(RunState::prelaunch) == "prelaunch");
  CHECK(word(RunState::finish_migrate) == "finish-migrate");
  CHECK(word(RunState::restore_vm) == "restore-vm");
  CHECK(word(RunState::running) == "running");
  CHECK(word(RunState::save_vm) == "save-vm");
  CHECK(word(RunState::shutdown) == "shutdown");
  CHECK(word(RunState::suspended) == "suspended");
  CHECK(word(RunState::watchdog) == "watchdog");
  CHECK(word(RunState::guest_panicked) == "guest-panicked");
  CHECK(word(RunState::colo) == "colo");
}

TEST_CASE("two states are left by a reset only", "[devices]") {
  std::set<std::string_view> found;
  for (std::size_t i = 0; i < kRunStates; ++i)
    if (const auto state = static_cast<RunState>(i); needs_reset(state)) found.insert(word(state));
  CHECK(found == std::set<std::string_view>{"internal-error", "shutdown"});
}
