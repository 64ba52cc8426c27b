// SPDX-License-Identifier: MIT
#include "hypervisor/hotplug_trigger.hpp"

#include "devices/register_image.hpp"

namespace qmpev {

namespace {

constexpr const char* kGiven = "given";
constexpr const char* kRefused = "refused";

}  // namespace

TriggerArgument slot_argument(const char* standard) {
  return {.name = "slot", .standard = standard, .doc = "number of the slot"};
}

TriggerArgument id_argument() {
  return {.name = "id",
          .kind = TriggerArgument::Kind::text,
          .standard = kNoId,
          .doc = "id of the device, - for none"};
}

std::vector<TriggerArgument> ost_arguments() {
  return {slot_argument("1"),
          {.name = "source",
           .standard = "3",
           .doc = "what the guest answers: 1 device check, 3 ejection request, 0x103 ejection in progress"},
          {.name = "status", .standard = "0x81", .doc = "how it ended: 0 success, 0x81 device in use"}};
}

TriggerArgument outcome_argument() {
  return {.name = "outcome",
          .kind = TriggerArgument::Kind::word,
          .standard = kGiven,
          .doc = "what the guest does when it is asked",
          .words = {kGiven, kRefused}};
}

std::vector<TriggerArgument> register_arguments() {
  return {{.name = "offset", .doc = "first byte, from the start of the registers", .max = 0xff},
          {.name = "value", .doc = "what is written"},
          {.name = "size", .standard = "4", .doc = "bytes of the access, 1 to 4", .max = kMaxAccessBytes}};
}

std::string id_of(const TriggerValues& values) {
  const std::string& id = values.text("id");
  return id == kNoId ? std::string{} : id;
}

std::string write_all(ReferenceMachine& machine, const std::vector<PortWrite>& writes) {
  for (const PortWrite& write : writes) machine.out(write);
  return wrote_text(writes);
}

Result<std::string> write_register(ReferenceMachine& machine, std::uint16_t base,
                                   const TriggerValues& values) {
  const auto size = static_cast<unsigned>(values.number("size"));
  if (!is_access(size)) return Error{ErrorCode::invalid_argument, "size=0 is no access: use 1 to 4 bytes"};
  return write_all(machine, {{static_cast<std::uint16_t>(base + values.number("offset")),
                              static_cast<std::uint32_t>(values.number("value")), size}});
}

Result<std::string> unplug(ReferenceMachine& machine, const SlotKind& kind, const TriggerValues& values) {
  const std::string& id = values.text("id");
  const auto slot = kind.slot_of(machine, id);
  if (!slot || !kind.request(machine, *slot)) {
    return Error{ErrorCode::not_found, std::string("there is no ") + kind.noun + " '" + id +
                                           "': query-acpi-ospm-status lists those there are"};
  }
  HotplugDriver& driver = machine.hotplug_driver;
  const bool was_in_use = driver.in_use(kind.type, *slot);
  driver.set_in_use(kind.type, *slot, values.text("outcome") == kRefused);
  // When it was asked for before, the guest finds that request.
  const std::string text = "found " + id + " asked for, " + wrote_text((driver.*kind.scan)());
  driver.set_in_use(kind.type, *slot, was_in_use);
  return text;
}

}  // namespace qmpev
