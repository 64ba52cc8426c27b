// SPDX-License-Identifier: MIT
#include "hooks/panic.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("a panic policy becomes the event's own word for the action", "[hooks]") {
  const auto action = [](PanicPolicy panic, ShutdownPolicy shutdown) {
    return guest_panicked(panic, shutdown).action;
  };
  CHECK(action(PanicPolicy::pause, ShutdownPolicy::poweroff) == GuestPanicAction::pause);
  CHECK(action(PanicPolicy::shutdown, ShutdownPolicy::poweroff) == GuestPanicAction::poweroff);
  CHECK(action(PanicPolicy::exit_failure, ShutdownPolicy::poweroff) == GuestPanicAction::poweroff);
  CHECK(action(PanicPolicy::none, ShutdownPolicy::poweroff) == GuestPanicAction::run);
  CHECK(action(PanicPolicy::pause, ShutdownPolicy::pause) == GuestPanicAction::pause);
  CHECK(action(PanicPolicy::shutdown, ShutdownPolicy::pause) == GuestPanicAction::pause);
  CHECK(action(PanicPolicy::exit_failure, ShutdownPolicy::pause) == GuestPanicAction::poweroff);
  CHECK(action(PanicPolicy::none, ShutdownPolicy::pause) == GuestPanicAction::run);
}

TEST_CASE("a panic without details has no info member", "[hooks]") {
  CHECK_FALSE(guest_panicked(PanicPolicy::pause, ShutdownPolicy::poweroff).info.has_value());
  CHECK_FALSE(guest_crashloaded().info.has_value());
}

TEST_CASE("details go along unchanged", "[hooks]") {
  const GuestPanicInformation details = s390_details(1, 2, 3, S390CrashReason::extint_loop);
  CHECK(guest_panicked(PanicPolicy::none, ShutdownPolicy::poweroff, details).info == details);
}

TEST_CASE("a guest with a crash kernel runs on", "[hooks]") {
  CHECK(guest_crashloaded().action == GuestPanicAction::run);
}

TEST_CASE("crash registers become numbered arguments", "[hooks]") {
  const auto details = std::get<GuestPanicInformationHyperV>(hyperv_details({10, 11, 12, 13, UINT64_MAX}));
  CHECK(details.arg1 == 10);
  CHECK(details.arg2 == 11);
  CHECK(details.arg3 == 12);
  CHECK(details.arg4 == 13);
  CHECK(details.arg5 == UINT64_MAX);
}

TEST_CASE("a processor's status word becomes details", "[hooks]") {
  const auto details =
      std::get<GuestPanicInformationS390>(s390_details(7, 8, UINT64_MAX, S390CrashReason::opint_loop));
  CHECK(details.core == 7);
  CHECK(details.psw_mask == 8);
  CHECK(details.psw_addr == UINT64_MAX);
  CHECK(details.reason == S390CrashReason::opint_loop);
}
