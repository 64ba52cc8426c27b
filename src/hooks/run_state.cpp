// SPDX-License-Identifier: MIT
#include "hooks/run_state.hpp"

namespace qmpev {

namespace {

bool guest_asked(ShutdownCause cause) noexcept {
  return cause == ShutdownCause::guest_shutdown || cause == ShutdownCause::guest_reset ||
         cause == ShutdownCause::guest_panic;
}

}  // namespace

Reset reset_by(ShutdownCause cause) noexcept {
  Reset event{};
  event.guest = guest_asked(cause);
  event.reason = cause;
  return event;
}

Shutdown shutdown_by(ShutdownCause cause) noexcept {
  Shutdown event{};
  event.guest = guest_asked(cause);
  event.reason = cause;
  return event;
}

}  // namespace qmpev
