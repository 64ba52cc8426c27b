// SPDX-License-Identifier: MIT
#include "hooks/device_deleted.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("a device stands at its id, or at its number among the unnamed", "[hooks]") {
  CHECK(device_path("dimm1", 9) == "/machine/peripheral/dimm1");
  CHECK(device_path("", 9) == "/machine/peripheral-anon/device[9]");
  CHECK(device_path("", UINT32_MAX) == "/machine/peripheral-anon/device[4294967295]");
}

TEST_CASE("the path on the stack is the same, and too long an id is cut", "[hooks]") {
  for (const std::string& id : {std::string(), std::string("dimm1"), std::string(255, 'x')})
    CHECK(DevicePath(id, UINT32_MAX).view() == device_path(id, UINT32_MAX));
  const std::string long_id(5000, 'x');
  const DevicePath cut(long_id, 0);
  CHECK(cut.view().size() > 255);
  CHECK(device_path(long_id, 0).substr(0, cut.view().size()) == cut.view());
}

TEST_CASE("the event of a deleted device names it only when it had an id", "[hooks]") {
  const DeviceDeleted named = device_deleted("d", "/p");
  CHECK(named.device == std::string_view("d"));
  CHECK(named.path == "/p");
  CHECK_FALSE(device_deleted("", "/p").device.has_value());
}
