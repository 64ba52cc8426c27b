// SPDX-License-Identifier: MIT
// The program status word of z/Architecture (Principles of Operation, chapter 4) as far as interruptions and
// waits go. Any thread.
#pragma once

#include <cstdint>

namespace qmpev {

/// Bits of the mask half. The architecture counts from the left: bit 0 is the highest.
inline constexpr std::uint64_t kPswIo = std::uint64_t{1} << (63 - 6);             ///< takes I/O interruptions
inline constexpr std::uint64_t kPswExternal = std::uint64_t{1} << (63 - 7);       ///< takes external ones
inline constexpr std::uint64_t kPswMachineCheck = std::uint64_t{1} << (63 - 13);  ///< takes machine checks
inline constexpr std::uint64_t kPswWait = std::uint64_t{1} << (63 - 14);          ///< executes nothing
inline constexpr std::uint64_t kPswExtended = std::uint64_t{1} << (63 - 31);      ///< with basic: 64-bit
inline constexpr std::uint64_t kPswBasic = std::uint64_t{1} << (63 - 32);         ///< alone: 31-bit addresses
inline constexpr std::uint64_t kPsw64Bit = kPswExtended | kPswBasic;

struct Psw {
  std::uint64_t mask = 0;
  std::uint64_t addr = 0;
  bool operator==(const Psw&) const = default;
};

/// Whether loading it is no specification exception at once.
bool is_valid(const Psw& psw) noexcept;

/// It waits, and no interruption can end that.
bool is_disabled_wait(const Psw& psw) noexcept;

}  // namespace qmpev
