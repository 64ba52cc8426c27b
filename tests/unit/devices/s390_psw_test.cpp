// SPDX-License-Identifier: MIT
#include "devices/s390_psw.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("the bits of a PSW are where the architecture has them", "[devices]") {
  CHECK(kPswIo == 0x0200000000000000);
  CHECK(kPswExternal == 0x0100000000000000);
  CHECK(kPswMachineCheck == 0x0004000000000000);
  CHECK(kPswWait == 0x0002000000000000);
  CHECK(kPsw64Bit == 0x0000000180000000);
}

TEST_CASE("each unassigned bit makes a PSW invalid, each other one does not", "[devices]") {
  for (unsigned bit = 0; bit < 64; ++bit) {
    if (bit == 31 || bit == 32) continue;  // the addressing mode, below
    const bool unassigned =
        bit == 0 || (bit >= 2 && bit <= 4) || bit == 12 || (bit >= 24 && bit <= 30) || bit >= 33;
    INFO(bit);
    CHECK(is_valid({kPsw64Bit | std::uint64_t{1} << (63 - bit), 0}) == !unassigned);
  }
}

TEST_CASE("an address fits the addressing mode or makes the PSW invalid", "[devices]") {
  CHECK(is_valid({0, 0xffffff}));
  CHECK_FALSE(is_valid({0, 0x1000000}));
  CHECK(is_valid({kPswBasic, 0x7fffffff}));
  CHECK_FALSE(is_valid({kPswBasic, 0x80000000}));
  CHECK(is_valid({kPsw64Bit, UINT64_MAX}));
  CHECK_FALSE(is_valid({kPswExtended, 0}));
}

TEST_CASE("a wait is disabled when nothing can end it", "[devices]") {
  CHECK(is_disabled_wait({kPswWait, 0}));
  CHECK(is_disabled_wait({~(kPswIo | kPswExternal | kPswMachineCheck), 0}));
  CHECK_FALSE(is_disabled_wait({0, 0}));
  for (const std::uint64_t enabled : {kPswIo, kPswExternal, kPswMachineCheck})
    CHECK_FALSE(is_disabled_wait({kPswWait | enabled, 0}));
}
