// SPDX-License-Identifier: MIT
#include "hypervisor/machine_triggers.hpp"

#include <chrono>
#include <future>
#include <mutex>

#include <catch2/catch.hpp>

#include "support/trigger_bench.hpp"

using namespace qmpev;

using Said = std::vector<std::string>;

TEST_CASE("the guest resets the machine and switches it off through ports", "[trigger]") {
  test::TriggerBench bench;
  CHECK(bench.play("machine").value() == "wrote 0x06 to port 0xcf9");
  CHECK(bench.play("machine", "shutdown").value() == "wrote 0x2000 to port 0x604");
  CHECK(bench.said() == Said{R"(RESET {"guest": true, "reason": "guest-reset"})",
                             R"(SHUTDOWN {"guest": true, "reason": "guest-shutdown"})"});
  CHECK(bench.ends == std::vector<int>{0});
}

TEST_CASE("the host stops, resumes, resets and asks", "[trigger]") {
  test::TriggerBench bench;
  for (const char* action : {"stop", "cont", "reset", "powerdown"}) REQUIRE(bench.play("machine", action));
  CHECK(bench.said() ==
        Said{"STOP", "RESUME", R"(RESET {"guest": false, "reason": "host-qmp-system-reset"})", "POWERDOWN"});
  for (const TriggerDevice& device : bench.table)
    if (device.name == "machine")
      for (const TriggerAction& action : device.actions) {
        const bool guests = action.name == "reboot" || action.name == "shutdown";
        CHECK(action.actor == (guests ? Actor::guest : Actor::host));
      }
}

TEST_CASE("a guest whose machine is resumed goes on", "[trigger][threads]") {
  constexpr auto kBound = std::chrono::seconds(10);
  test::RecordingEmitter recorder;
  ReferenceMachine machine(recorder.emitter, {});
  std::promise<void> refused, done;
  std::once_flag once;
  Guest guest([&] {
    if (machine.machine.status().running) return true;
    std::call_once(once, [&] { refused.set_value(); });
    return false;
  });
  const auto table = all_triggers({machine, guest});
  const auto pull = [&table](const char* action) {
    const Trigger trigger = find_trigger(table, {"machine", action, {}}).value();
    REQUIRE(trigger.action->act(trigger.values));
  };
  pull("stop");
  guest.post([&done] { done.set_value(); });
  REQUIRE(refused.get_future().wait_for(kBound) == std::future_status::ready);
  pull("cont");
  CHECK(done.get_future().wait_for(kBound) == std::future_status::ready);
}

TEST_CASE("a machine fails in the state that is named", "[trigger]") {
  for (const char* state : {"internal-error", "io-error", "watchdog"}) {
    test::TriggerBench bench;
    REQUIRE(bench.play("machine", "fail", {{"state", state}}));
    CHECK(bench.machine.machine.status().word == state);
    CHECK(bench.said() == Said{"STOP"});
  }
}

TEST_CASE("a machine that has to be reset first is not resumed, and the refusal says so", "[trigger]") {
  test::TriggerBench bench;
  REQUIRE(bench.play("machine", "fail"));
  const auto refused = bench.play("machine", "cont");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().sentence == "the machine has to be reset first: use machine reset");
  CHECK(bench.said() == Said{"STOP"});
}

TEST_CASE("the machine ends for the cause that is named", "[trigger]") {
  for (const std::string cause : {"host-error", "host-signal", "host-ui"}) {
    test::TriggerBench bench;
    REQUIRE(bench.play("machine", "end", {{"cause", cause}}));
    CHECK(bench.said() == Said{R"(SHUTDOWN {"guest": false, "reason": ")" + cause + "\"}"});
    CHECK(bench.ends == std::vector<int>{0});
  }
}

TEST_CASE("the machine's state names all its policies", "[trigger]") {
  test::TriggerBench bench;
  REQUIRE(bench.play("machine", "stop"));
  CHECK(bench.state("machine") == "paused, reboot=reset shutdown=poweroff panic=pause watchdog=reset");
}
