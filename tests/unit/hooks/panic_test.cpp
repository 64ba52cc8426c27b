// SPDX-License-Identifier: MIT
#include "hooks/panic.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("a panic policy becomes the event's own word for the action", "[hooks]") {
  CHECK(guest_panicked(PanicPolicy::pause).action == GuestPanicAction::pause);
  CHECK(guest_panicked(PanicPolicy::shutdown).action == GuestPanicAction::poweroff);
  CHECK(guest_panicked(PanicPolicy::none).action == GuestPanicAction::run);
}

TEST_CASE("a panic without details has no info member", "[hooks]") {
  CHECK_FALSE(guest_panicked(PanicPolicy::pause).info.has_value());
}
