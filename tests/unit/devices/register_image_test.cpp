// SPDX-License-Identifier: MIT
#include "devices/register_image.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("an image reads little-endian at any offset and width", "[devices]") {
  RegisterImage<12> image;
  image.put64(0, 0x0807060504030201);
  image.put8(8, 9);
  CHECK(image.read(0, 4) == 0x04030201);
  CHECK(image.read(5, 1) == 6);
  CHECK(image.read(6, 3) == 0x090807);
  CHECK(image.read(9, 2) == 0);
}

TEST_CASE("what lies beyond an image reads as ones, also at the end of all offsets", "[devices]") {
  const RegisterImage<4> image;
  CHECK(image.read(2, 4) == 0xffff0000);
  CHECK(image.read(4, 1) == 0xff);
  CHECK(image.read(SIZE_MAX, 4) == 0xffffffff);
  CHECK(RegisterImage<4>(0xff).read(0, 2) == 0xffff);
}

TEST_CASE("an access has one to four bytes", "[devices]") {
  CHECK_FALSE(is_access(0));
  CHECK(is_access(1));
  CHECK(is_access(4));
  CHECK_FALSE(is_access(5));
  CHECK(RegisterImage<4>().read(0, 5) == 0xffffffff);
  CHECK(truncated(0x12345678, 1) == 0x78);
  CHECK(truncated(0x12345678, 3) == 0x345678);
  CHECK(truncated(0x12345678, 4) == 0x12345678);
}
