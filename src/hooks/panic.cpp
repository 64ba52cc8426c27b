// SPDX-License-Identifier: MIT
#include "hooks/panic.hpp"

namespace qmpev {

namespace {

GuestPanicAction action_of(PanicPolicy policy) noexcept {
  switch (policy) {
    case PanicPolicy::shutdown:
      return GuestPanicAction::poweroff;
    case PanicPolicy::none:
      return GuestPanicAction::run;
    case PanicPolicy::pause:
      break;
  }
  return GuestPanicAction::pause;
}

}  // namespace

GuestPanicked guest_panicked(PanicPolicy policy) noexcept {
  GuestPanicked event{};
  event.action = action_of(policy);
  return event;
}

}  // namespace qmpev
