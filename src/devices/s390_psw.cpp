// SPDX-License-Identifier: MIT
#include "devices/s390_psw.hpp"

namespace qmpev {

namespace {

/// Bits 0, 2 to 4, 24 to 30 and 33 to 63 are unassigned; bit 12 is one in the short format only.
constexpr std::uint64_t kMustBeZero = 0xb80800fe7fffffff;
constexpr std::uint64_t kHighest24Bit = 0xffffff;
constexpr std::uint64_t kHighest31Bit = 0x7fffffff;

}  // namespace

bool is_valid(const Psw& psw) noexcept {
  if (psw.mask & kMustBeZero) return false;
  switch (psw.mask & kPsw64Bit) {
    case kPsw64Bit:
      return true;
    case kPswBasic:
      return psw.addr <= kHighest31Bit;
    case 0:
      return psw.addr <= kHighest24Bit;
    default:
      return false;
  }
}

bool is_disabled_wait(const Psw& psw) noexcept {
  return (psw.mask & kPswWait) && !(psw.mask & (kPswIo | kPswExternal | kPswMachineCheck));
}

}  // namespace qmpev
