// SPDX-License-Identifier: MIT
#include "hypervisor/action_option.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

std::string refusal(std::string_view text) {
  const auto parsed = parse_action_option(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == ErrorCode::invalid_argument);
  return parsed.error().sentence;
}

}  // namespace

TEST_CASE("actions are named with their words, several at once", "[hypervisor]") {
  const MachineActions actions = parse_action_option("panic=exit-failure,shutdown=pause").value();
  CHECK(actions.panic == PanicPolicy::exit_failure);
  CHECK(actions.shutdown == ShutdownPolicy::pause);
  CHECK(actions.reboot == RebootPolicy::reset);
  CHECK(parse_action_option("panic=none,panic=pause").value().panic == PanicPolicy::pause);
}

TEST_CASE("what an option does not name stays", "[hypervisor]") {
  const MachineActions before = parse_action_option("panic=none").value();
  const MachineActions after = parse_action_option("reboot=shutdown", before).value();
  CHECK(after.panic == PanicPolicy::none);
  CHECK(after.reboot == RebootPolicy::shutdown);
}

TEST_CASE("actions that there are not are refused with those that there are", "[hypervisor]") {
  CHECK(refusal("panik=none") ==
        "unknown action 'panik': use reboot|shutdown|panic|watchdog, as in --action panic=pause");
  CHECK(refusal("") == "unknown action '': use reboot|shutdown|panic|watchdog, as in --action panic=pause");
  CHECK(refusal("panic=none,").rfind("unknown action ''", 0) == 0);
  CHECK(refusal("panic=poweroff") ==
        "unknown panic action 'poweroff': use panic=pause|shutdown|exit-failure|none");
  CHECK(refusal("shutdown") == "unknown shutdown action '': use shutdown=poweroff|pause");
  CHECK(refusal("reboot=") == "unknown reboot action '': use reboot=reset|shutdown");
  CHECK(refusal("panic=none=1") ==
        "unknown panic action 'none=1': use panic=pause|shutdown|exit-failure|none");
}
