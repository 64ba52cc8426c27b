// SPDX-License-Identifier: MIT
#include "hooks/panic.hpp"

namespace qmpev {

namespace {

GuestPanicAction action_of(PanicPolicy panic, ShutdownPolicy shutdown) noexcept {
  switch (panic) {
    case PanicPolicy::shutdown:
      return shutdown == ShutdownPolicy::pause ? GuestPanicAction::pause : GuestPanicAction::poweroff;
    case PanicPolicy::exit_failure:
      return GuestPanicAction::poweroff;
    case PanicPolicy::none:
      return GuestPanicAction::run;
    case PanicPolicy::pause:
      break;
  }
  return GuestPanicAction::pause;
}

}  // namespace

GuestPanicked guest_panicked(PanicPolicy panic, ShutdownPolicy shutdown,
                             const PanicDetails& details) noexcept {
  GuestPanicked event{};
  event.action = action_of(panic, shutdown);
  event.info = details;
  return event;
}

GuestCrashloaded guest_crashloaded() noexcept {
  GuestCrashloaded event{};
  event.action = GuestPanicAction::run;
  return event;
}

GuestPanicInformation hyperv_details(const std::array<std::uint64_t, 5>& registers) noexcept {
  GuestPanicInformationHyperV details{};
  details.arg1 = registers[0];
  details.arg2 = registers[1];
  details.arg3 = registers[2];
  details.arg4 = registers[3];
  details.arg5 = registers[4];
  return details;
}

GuestPanicInformation s390_details(std::uint32_t core, std::uint64_t psw_mask, std::uint64_t psw_addr,
                                   S390CrashReason reason) noexcept {
  GuestPanicInformationS390 details{};
  details.core = core;
  details.psw_mask = psw_mask;
  details.psw_addr = psw_addr;
  details.reason = reason;
  return details;
}

}  // namespace qmpev
