// SPDX-License-Identifier: MIT
// What every device of the table owes its users.
#include "hypervisor/triggers.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;

TEST_CASE("every device of the table can be found, described and tried", "[trigger]") {
  test::RecordingEmitter recorder;
  ReferenceMachine machine(recorder.emitter, {});
  Guest guest([] { return true; });
  const auto table = all_triggers({machine, guest});
  std::set<std::string> names;
  for (const TriggerDevice& device : table) {
    INFO(device.name);
    CHECK(names.insert(device.name).second);
    CHECK_FALSE(device.doc.empty());
    CHECK_FALSE(device.state().empty());
    CHECK(device.example.rfind(device.name, 0) == 0);
    REQUIRE_FALSE(device.actions.empty());
    std::set<std::string> actions;
    for (const TriggerAction& action : device.actions) {
      INFO(action.name);
      CHECK(actions.insert(action.name).second);
      CHECK_FALSE(action.doc.empty());
      CHECK(action.act);
      for (const TriggerArgument& argument : action.arguments) CHECK_FALSE(argument.doc.empty());
    }
  }
}
