// SPDX-License-Identifier: MIT
#include "cli/scene.hpp"

#include <fcntl.h>

#include <catch2/catch.hpp>
#include <future>
#include <set>

#include "base/unique_fd.hpp"
#include "support/recording_sink.hpp"

using namespace qmpev;

namespace {

constexpr auto kBound = std::chrono::seconds(10);

/// Waits until the guest has done all its jobs, or stands still because one of them stopped the machine.
bool at_rest(Guest& guest, const Machine& machine) {
  auto done = std::make_shared<std::promise<void>>();
  const auto waited = done->get_future();
  guest.post([done] { done->set_value(); });
  const auto end = std::chrono::steady_clock::now() + kBound;
  while (std::chrono::steady_clock::now() < end) {
    if (waited.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready) return true;
    if (!machine.status().running) return true;
  }
  return false;
}

void obey(ReferenceMachine& machine, std::string_view command) {
  if (command == "cont") machine.machine.cont();
  if (command == "system_reset") machine.machine.reset(ShutdownCause::host_qmp_system_reset);
  if (command == "system_powerdown") machine.machine.powerdown();
}

}  // namespace

TEST_CASE("the scene shows twelve kinds of event", "[cli][threads]") {
  const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  test::RecordingEmitter recorder;
  ReferenceMachine machine(recorder.emitter, {});
  Guest guest([&] { return machine.machine.status().running; });
  Screen screen(nowhere.get(), {});
  const Stage stage{machine, guest, screen, [&](std::string_view command) { obey(machine, command); }};

  int last_ms = -1;
  for (const SceneStep& step : scene(stage)) {
    CHECK(step.at_ms > last_ms);
    last_ms = step.at_ms;
    step.act();
    guest.wake();
    REQUIRE(at_rest(guest, machine.machine));
  }
  recorder.core->settle(recorder.sink);
  std::set<EventKind> kinds;
  for (const auto& record : recorder.sink.records) kinds.insert(record.kind);
  CHECK(kinds.size() == 12);
  CHECK(kinds.count(EventKind::shutdown) == 0);
  CHECK(machine.machine.status().running);
}
