// SPDX-License-Identifier: MIT
#include "devices/pvpanic.hpp"

#include <utility>

#include "devices/machine.hpp"
#include "hooks/panic.hpp"

namespace qmpev {

Pvpanic::Pvpanic(Emitter emitter, Machine& machine) : emitter_(std::move(emitter)), machine_(machine) {}

void Pvpanic::out(std::uint8_t value) {
  if (!(value & kPvpanicPanicked)) return;
  emitter_.emit(guest_panicked(machine_.panic_policy()));
  machine_.guest_panicked();
}

}  // namespace qmpev
