// SPDX-License-Identifier: MIT
#include "hypervisor/port_access.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("port writes are shown as they are made", "[hypervisor]") {
  CHECK(text_of({{0xa00, 1}, {0xa04, 3}, {0xa08, 0x81}}) == "0xa00<-1 0xa04<-3 0xa08<-0x81");
  CHECK(text_of({{0x505, 9, 1}, {0x505, 10, 1}}) == "0x505<-9 0x505<-0xa");
  CHECK(text_of({}) == "");
}
