// SPDX-License-Identifier: MIT
#include "hooks/balloon.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace qmpev;

TEST_CASE("the balloon's level is the RAM less its pages of 4 KiB", "[hooks]") {
  constexpr std::uint64_t kRamBytes = 268435456;
  CHECK(balloon_change(kRamBytes, 0).actual == 268435456);
  CHECK(balloon_change(kRamBytes, 0x1000).actual == 251658240);
}

TEST_CASE("more pages than RAM give a negative level, without wrapping", "[hooks]") {
  CHECK(balloon_change(268435456, 0x10001).actual == -4096);
  CHECK(balloon_level_bytes(0, std::numeric_limits<std::uint32_t>::max()) == -17592186040320);
}
