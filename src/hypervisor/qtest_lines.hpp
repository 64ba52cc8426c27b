// SPDX-License-Identifier: MIT
// The line protocol through which QEMU's test library reaches a machine's ports (`outb 0x505 0x1`), as far as
// this machine has what it asks for. An access is one of the machine's own thread, as QEMU's is. Loop thread.
#pragma once

#include <string>
#include <string_view>

#include "hypervisor/reference_machine.hpp"

namespace qmpev {

class QtestLines {
 public:
  /// `machine` is borrowed.
  explicit QtestLines(ReferenceMachine& machine) noexcept : machine_(machine) {}

  /// The answer to one line, without its end: "OK", "OK 0x0007", or "FAIL ..." with what is wrong.
  std::string answer(std::string_view line);

 private:
  ReferenceMachine& machine_;
};

}  // namespace qmpev
