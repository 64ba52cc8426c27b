// SPDX-License-Identifier: MIT
// An s390 processor as far as a host can see that its guest has crashed: it waits for nothing, or an
// interruption leads to the same interruption for ever (z/Architecture Principles of Operation, chapters 4
// and 6). There is no storage and no program in here: whoever drives it loads the PSWs. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "devices/machine.hpp"
#include "devices/s390_psw.hpp"

namespace qmpev {

class S390Cpu {
 public:
  /// `machine` is borrowed for the processor's life.
  S390Cpu(Machine& machine, std::uint32_t core) noexcept : machine_(machine), core_(core) {}

  Psw psw() const;

  // The guest stores a new PSW into its low addresses: nothing happens until it is needed.
  void set_external_new_psw(const Psw& psw);
  void set_program_new_psw(const Psw& psw);

  /// The guest loads a PSW. One that cannot be is a program interruption.
  void load_psw(const Psw& psw, Access access = Access::vcpu);
  /// An external condition that stays, such as a clock comparator that has passed: taken when the PSW allows.
  void external_interrupt(Access access = Access::vcpu);
  /// There is no such instruction where the PSW points; a processor that waits does not see it.
  void operation_exception(Access access = Access::vcpu);

 private:
  using Crash = std::optional<S390CrashReason>;
  // With the lock held; each says whether this was a crash.
  Crash enter(const Psw& psw);
  Crash take_program_interrupt();
  Crash take_external_interrupt();
  Crash take_operation_exception();
  void report(Crash crash, const Psw& psw, Access access);

  Machine& machine_;
  const std::uint32_t core_;
  mutable std::mutex mutex_;
  Psw psw_;           // guarded by mutex_, as are those below
  Psw external_new_;  ///< at 0x1b0 of a real processor
  Psw program_new_;   ///< at 0x1d0
};

}  // namespace qmpev
