// SPDX-License-Identifier: MIT
#include "hypervisor/panic_source.hpp"

#include <catch2/catch.hpp>

#include "support/recording_sink.hpp"

using namespace qmpev;

TEST_CASE("a panic is the guest's unless a monitor makes it", "[trigger]") {
  CHECK(panic_source().standard == "guest");
  CHECK(panic_source().words == std::vector<std::string>{"guest", "monitor"});
  TriggerValues values;
  values.set("from", std::string("guest"));
  CHECK(access_of(values) == Access::vcpu);
  values.set("from", std::string("monitor"));
  CHECK(access_of(values) == Access::main_loop);
}

TEST_CASE("the state of a panic device is what a panic leads to", "[trigger]") {
  test::RecordingEmitter recorder;
  Machine machine(recorder.emitter, {{.panic = PanicPolicy::exit_failure}, false}, {});
  CHECK(panic_state(machine) == "prelaunch, panic=exit-failure shutdown=poweroff");
}
