// SPDX-License-Identifier: MIT
// What the triggers of both hot-plug controllers have in common: arguments, register writes, and the guest
// that answers a request. Guest thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <qmpev/result.hpp>

#include "devices/hotplug_slot.hpp"
#include "hypervisor/reference_machine.hpp"
#include "hypervisor/trigger.hpp"

namespace qmpev {

/// How a person writes that a device has no id.
inline constexpr const char* kNoId = "-";

TriggerArgument slot_argument(const char* standard);
TriggerArgument id_argument();
std::vector<TriggerArgument> ost_arguments();
/// `outcome`: whether the guest gives the device back.
TriggerArgument outcome_argument();
std::vector<TriggerArgument> register_arguments();

/// The id of `id_argument`; empty: none.
std::string id_of(const TriggerValues& values);

/// Carries writes out and says so.
std::string write_all(ReferenceMachine& machine, const std::vector<PortWrite>& writes);
/// Writes to one register, as register_arguments() say, of the block that begins at `base`.
Result<std::string> write_register(ReferenceMachine& machine, std::uint16_t base,
                                   const TriggerValues& values);

/// One kind of slot, for unplug().
struct SlotKind {
  AcpiSlotType type;
  const char* noun;  ///< "DIMM"
  std::optional<std::uint32_t> (*slot_of)(const ReferenceMachine& machine, const std::string& id);
  bool (*request)(ReferenceMachine& machine, std::uint32_t slot);
  std::vector<PortWrite> (HotplugDriver::*scan)();
};

/// The host asks for the device, then the guest looks and answers with the wanted outcome.
Result<std::string> unplug(ReferenceMachine& machine, const SlotKind& kind, const TriggerValues& values);

}  // namespace qmpev
