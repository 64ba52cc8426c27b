// SPDX-License-Identifier: MIT
#include "hypervisor/port_access.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("port writes are shown as they are made", "[hypervisor]") {
  CHECK(text_of({{0xa00, 1}, {0xa04, 3}, {0xa08, 0x81}}) == "0xa00<-1 0xa04<-3 0xa08<-0x81");
  CHECK(text_of({{0x505, 9, 1}, {0x505, 10, 1}}) == "0x505<-9 0x505<-0xa");
  CHECK(text_of({}) == "");
}

TEST_CASE("one write is told in words, with all digits of the access", "[hypervisor]") {
  CHECK(wrote_text({{0x505, 1, 1}}) == "wrote 0x01 to port 0x505");
  CHECK(wrote_text({{0x604, 0x2000, 2}}) == "wrote 0x2000 to port 0x604");
  CHECK(wrote_text({{0xc018, 0x1000}}) == "wrote 0x00001000 to port 0xc018");
  CHECK(wrote_text({{0xa08, 0x1ff, 1}}) == "wrote 0xff to port 0xa08");
  CHECK(wrote_text({{0xa00, 1}, {0xa04, 3}}) == "wrote 0xa00<-1 0xa04<-3");
}
