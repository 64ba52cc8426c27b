// SPDX-License-Identifier: MIT
// pvpanic on the ISA bus: one byte at port 0x505. Reading says which reports the device takes, writing
// reports one. Any thread.
#pragma once

#include <cstdint>

#include <qmpev/emitter.hpp>

namespace qmpev {

class Machine;

inline constexpr std::uint16_t kPvpanicPort = 0x505;
inline constexpr std::uint8_t kPvpanicPanicked = 1u << 0;  ///< the guest's kernel has panicked

class Pvpanic {
 public:
  /// `machine` is borrowed for the device's life: what follows a panic is the machine's business.
  Pvpanic(Emitter emitter, Machine& machine);

  /// The guest writes to the port. Bits that the device does not offer are ignored.
  void out(std::uint8_t value);
  /// The guest reads from the port.
  std::uint8_t in() const noexcept { return kPvpanicPanicked; }

 private:
  const Emitter emitter_;
  Machine& machine_;
};

}  // namespace qmpev
