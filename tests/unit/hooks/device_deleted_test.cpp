// SPDX-License-Identifier: MIT
#include "hooks/device_deleted.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("a device stands at its id, or at its number among the unnamed", "[hooks]") {
  CHECK(device_path("dimm1", 9) == "/machine/peripheral/dimm1");
  CHECK(device_path("", 9) == "/machine/peripheral-anon/device[9]");
  CHECK(device_path("", UINT32_MAX) == "/machine/peripheral-anon/device[4294967295]");
}

TEST_CASE("the event of a deleted device names it only when it had an id", "[hooks]") {
  const DeviceDeleted named = device_deleted("d", "/p");
  CHECK(named.device == std::string_view("d"));
  CHECK(named.path == "/p");
  CHECK_FALSE(device_deleted("", "/p").device.has_value());
}
