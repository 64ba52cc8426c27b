// SPDX-License-Identifier: MIT
#include "devices/machine_actions.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace qmpev;

namespace {

std::vector<std::string_view> listed(std::span<const std::string_view> words) {
  return {words.begin(), words.end()};
}

}  // namespace

TEST_CASE("actions and their words are QEMU's", "[devices]") {
  using Words = std::vector<std::string_view>;
  CHECK(listed(action_names()) == Words{"reboot", "shutdown", "panic", "watchdog"});
  CHECK(listed(action_words("reboot")) == Words{"reset", "shutdown"});
  CHECK(listed(action_words("shutdown")) == Words{"poweroff", "pause"});
  CHECK(listed(action_words("panic")) == Words{"pause", "shutdown", "exit-failure", "none"});
  CHECK(listed(action_words("watchdog")) ==
        Words{"reset", "shutdown", "poweroff", "pause", "debug", "none", "inject-nmi"});
  CHECK(action_words("reset").empty());
}

TEST_CASE("each word can be set and is said again", "[devices]") {
  for (const std::string_view name : action_names()) {
    for (const std::string_view word : action_words(name)) {
      MachineActions actions;
      INFO(std::string(name) << "=" << std::string(word));
      CHECK(set_action(actions, name, word));
      CHECK(action_word(actions, name) == word);
      for (const std::string_view other : action_names())
        if (other != name) CHECK(action_word(actions, other) == action_word(MachineActions{}, other));
    }
  }
}

TEST_CASE("words become the policies they name", "[devices]") {
  MachineActions actions;
  REQUIRE(set_action(actions, "panic", "exit-failure"));
  REQUIRE(set_action(actions, "shutdown", "pause"));
  REQUIRE(set_action(actions, "reboot", "shutdown"));
  REQUIRE(set_action(actions, "watchdog", "inject-nmi"));
  CHECK(actions.panic == PanicPolicy::exit_failure);
  CHECK(actions.shutdown == ShutdownPolicy::pause);
  CHECK(actions.reboot == RebootPolicy::shutdown);
  CHECK(actions.watchdog == WatchdogPolicy::inject_nmi);
}

TEST_CASE("what there is not changes nothing", "[devices]") {
  MachineActions actions;
  CHECK_FALSE(set_action(actions, "panic", "poweroff"));
  CHECK_FALSE(set_action(actions, "panic", ""));
  CHECK_FALSE(set_action(actions, "Panic", "none"));
  CHECK_FALSE(set_action(actions, "", "none"));
  CHECK(actions == MachineActions{});
  CHECK(action_word(actions, "reset").empty());
}
