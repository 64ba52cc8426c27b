// SPDX-License-Identifier: MIT
#include "devices/hyperv_crash.hpp"

namespace qmpev {

namespace {

bool is_parameter(std::uint32_t msr) noexcept {
  return msr >= kHypervCrashP0 && msr - kHypervCrashP0 < kHypervCrashParameters;
}

}  // namespace

bool HypervCrash::write(std::uint32_t msr, std::uint64_t value, Access access) {
  std::unique_lock lock(mutex_);
  if (is_parameter(msr)) {
    parameters_[msr - kHypervCrashP0] = value;
    return true;
  }
  if (msr != kHypervCrashControl) return false;
  const GuestPanicInformation details = hyperv_details(parameters_);
  lock.unlock();  // a panic may be the machine's end, of which others are told without a lock
  if (value & kHypervCrashNotify) machine_.guest_panicked(access, details);
  return true;
}

std::optional<std::uint64_t> HypervCrash::read(std::uint32_t msr) const {
  const std::lock_guard lock(mutex_);
  if (is_parameter(msr)) return parameters_[msr - kHypervCrashP0];
  if (msr == kHypervCrashControl) return kHypervCrashNotify;
  return std::nullopt;
}

}  // namespace qmpev
