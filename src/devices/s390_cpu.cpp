// SPDX-License-Identifier: MIT
#include "devices/s390_cpu.hpp"

namespace qmpev {

Psw S390Cpu::psw() const {
  const std::lock_guard lock(mutex_);
  return psw_;
}

void S390Cpu::set_external_new_psw(const Psw& psw) {
  const std::lock_guard lock(mutex_);
  external_new_ = psw;
}

void S390Cpu::set_program_new_psw(const Psw& psw) {
  const std::lock_guard lock(mutex_);
  program_new_ = psw;
}

void S390Cpu::load_psw(const Psw& psw, Access access) {
  std::unique_lock lock(mutex_);
  const Crash crash = enter(psw);
  const Psw now = psw_;
  lock.unlock();
  report(crash, now, access);
}

void S390Cpu::external_interrupt(Access access) {
  std::unique_lock lock(mutex_);
  const Crash crash = take_external_interrupt();
  const Psw now = psw_;
  lock.unlock();
  report(crash, now, access);
}

void S390Cpu::operation_exception(Access access) {
  std::unique_lock lock(mutex_);
  const Crash crash = take_operation_exception();
  const Psw now = psw_;
  lock.unlock();
  report(crash, now, access);
}

S390Cpu::Crash S390Cpu::enter(const Psw& psw) {
  psw_ = psw;
  if (!is_valid(psw)) return take_program_interrupt();
  if (is_disabled_wait(psw)) return S390CrashReason::disabled_wait;
  return std::nullopt;
}

/// A new PSW that cannot be loaded is a program interruption again, which loads it again.
S390Cpu::Crash S390Cpu::take_program_interrupt() {
  psw_ = program_new_;
  if (!is_valid(program_new_)) return S390CrashReason::pgmint_loop;
  return enter(program_new_);
}

/// The condition stays: a new PSW that still takes external interruptions takes this one again.
S390Cpu::Crash S390Cpu::take_external_interrupt() {
  if (!(psw_.mask & kPswExternal)) return std::nullopt;
  if (!is_valid(external_new_) || !(external_new_.mask & kPswExternal)) return enter(external_new_);
  psw_ = external_new_;
  return S390CrashReason::extint_loop;
}

/// A new PSW that points to the instruction that is none meets it again.
S390Cpu::Crash S390Cpu::take_operation_exception() {
  if (psw_.mask & kPswWait) return std::nullopt;
  const bool again =
      is_valid(program_new_) && !(program_new_.mask & kPswWait) && program_new_.addr == psw_.addr;
  const Crash crash = take_program_interrupt();
  return again ? Crash(S390CrashReason::opint_loop) : crash;
}

void S390Cpu::report(Crash crash, const Psw& psw, Access access) {
  if (crash) machine_.guest_panicked(access, s390_details(core_, psw.mask, psw.addr, *crash));
}

}  // namespace qmpev
