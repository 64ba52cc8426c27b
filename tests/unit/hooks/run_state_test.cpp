// SPDX-License-Identifier: MIT
#include "hooks/run_state.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("what the guest caused is said to be the guest's, all else the host's", "[hooks]") {
  using Cause = ShutdownCause;
  const Cause by_guest = GENERATE(Cause::guest_shutdown, Cause::guest_reset, Cause::guest_panic);
  CHECK(shutdown_by(by_guest).guest);
  CHECK(reset_by(by_guest).guest);
  const Cause by_host =
      GENERATE(Cause::host_qmp_quit, Cause::host_qmp_system_reset, Cause::host_signal, Cause::host_error);
  CHECK_FALSE(shutdown_by(by_host).guest);
  CHECK_FALSE(reset_by(by_host).guest);
  CHECK(shutdown_by(by_host).reason == by_host);
  CHECK(reset_by(by_guest).reason == by_guest);
}
