// SPDX-License-Identifier: MIT
#include "hypervisor/balloon_triggers.hpp"

#include "hooks/balloon.hpp"
#include "hypervisor/balloon_driver.hpp"
#include "hypervisor/hotplug_trigger.hpp"

namespace qmpev {

namespace {

constexpr std::uint16_t kActualPort = ReferenceMachine::kBalloonConfigPort + VirtioBalloon::kActualOffset;

std::string state_text(const VirtioBalloon& balloon) {
  return "level " + std::to_string(balloon.level_bytes()) + " bytes, actual " +
         std::to_string(read_balloon_pages(balloon, VirtioBalloon::kActualOffset)) + " pages, wanted " +
         std::to_string(read_balloon_pages(balloon, VirtioBalloon::kNumPagesOffset));
}

TriggerAction set_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "set", .doc = "the guest has given so many pages"};
  action.arguments = {{.name = "pages", .doc = "pages of 4 KiB in the balloon"}};
  action.act = [&machine](const TriggerValues& values) -> Result<std::string> {
    return write_all(machine, {{kActualPort, static_cast<std::uint32_t>(values.number("pages"))}});
  };
  return action;
}

TriggerAction level_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "level", .doc = "the guest has so much memory left"};
  action.arguments = {{.name = "size", .doc = "bytes that are left to the guest", .max = INT64_MAX}};
  action.act = [&machine](const TriggerValues& values) -> Result<std::string> {
    const std::uint64_t left = values.number("size");
    const std::uint64_t ram = machine.balloon.ram_bytes();
    if (left > ram) {
      return Error{ErrorCode::invalid_argument,
                   "the machine has " + std::to_string(ram) + " bytes of memory: use at most that"};
    }
    const auto pages = static_cast<std::uint32_t>((ram - left) / kBalloonPageBytes);
    return write_all(machine, {{kActualPort, pages}});
  };
  return action;
}

TriggerAction write_action(ReferenceMachine& machine) {
  TriggerAction action{.name = "write", .doc = "the guest writes to the configuration space"};
  action.arguments = register_arguments();
  action.act = [&machine](const TriggerValues& values) {
    return write_register(machine, ReferenceMachine::kBalloonConfigPort, values);
  };
  return action;
}

TriggerAction target_action(const TriggerStage& stage) {
  TriggerAction action{
      .name = "target", .doc = "the host wants the guest to have so much memory", .actor = Actor::host};
  action.arguments = {{.name = "size", .doc = "bytes the guest is to be left with", .max = INT64_MAX}};
  action.act = [&machine = stage.machine,
                &guest = stage.guest](const TriggerValues& values) -> Result<std::string> {
    if (values.number("size") == 0)
      return Error{ErrorCode::invalid_argument, "size=0 leaves the guest nothing: use at least 1"};
    machine.balloon.set_target(values.number("size"));
    guest.post_once("balloon", [&machine, &guest] {
      follow_balloon_target(machine.balloon, [&guest] { return guest.rest(kBalloonStepTime); });
    });
    return "wants " + std::to_string(read_balloon_pages(machine.balloon, VirtioBalloon::kNumPagesOffset)) +
           " pages in the balloon; the guest follows";
  };
  return action;
}

}  // namespace

TriggerDevice balloon_triggers(const TriggerStage& stage) {
  ReferenceMachine& machine = stage.machine;
  TriggerDevice device{.name = "balloon", .doc = "the virtio balloon, configuration space at port 0xc014"};
  device.state = [&machine] { return state_text(machine.balloon); };
  device.example = "balloon level size=256M";
  device.actions = {set_action(machine), level_action(machine), target_action(stage), write_action(machine)};
  return device;
}

}  // namespace qmpev
