// SPDX-License-Identifier: MIT
// How a guest reaches its devices: reads and writes of I/O ports. Reentrant.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace qmpev {

/// One write of a guest to an I/O port.
struct PortWrite {
  std::uint16_t port;
  std::uint32_t value;
  unsigned size = 4;  ///< bytes, 1 to 4
};

/// Writes as the demo shows them: `0xa00<-1 0xa08<-0x81`.
std::string text_of(const std::vector<PortWrite>& writes);

/// Writes as a trigger says that it made them: "wrote 0x01 to port 0x505", with two digits for each byte of
/// the access; several as text_of() has them, "wrote 0xa00<-1 0xa08<-0x81".
std::string wrote_text(const std::vector<PortWrite>& writes);

/// The ports of a machine, for what runs in its guest.
struct PortBus {
  std::function<void(const PortWrite& write)> out;
  std::function<std::uint32_t(std::uint16_t port, unsigned size)> in;
};

}  // namespace qmpev
