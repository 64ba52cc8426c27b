// SPDX-License-Identifier: MIT
#include "devices/pvpanic.hpp"

#include <algorithm>

namespace qmpev {

namespace {

constexpr std::uint8_t kUndrivenBus = 0xff;

}  // namespace

void Pvpanic::out(std::uint8_t value, Access access) {
  if (value & kPvpanicPanicked) return machine_.guest_panicked(access);
  if (value & kPvpanicCrashloaded) return machine_.guest_crashloaded();
  if (value & kPvpanicShutdown) machine_.guest_pvshutdown();
}

void Pvpanic::write(std::uint64_t offset, std::span<const std::uint8_t> bytes, Access access) {
  if (offset == 0 && !bytes.empty()) out(bytes[0], access);
}

void Pvpanic::read(std::uint64_t offset, std::span<std::uint8_t> bytes) const {
  std::fill(bytes.begin(), bytes.end(), kUndrivenBus);
  if (offset == 0 && !bytes.empty()) bytes[0] = in();
}

}  // namespace qmpev
