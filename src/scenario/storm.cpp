// SPDX-License-Identifier: MIT
#include "scenario/storm.hpp"

#include <algorithm>

namespace qmpev {

namespace {

constexpr double kNsPerSecond = 1e9;

}  // namespace

Storm::Storm(std::uint64_t per_second, std::uint64_t count, std::int64_t begin_ns) noexcept
    : per_second_(per_second),
      count_(count),
      begin_ns_(begin_ns),
      last_ns_(begin_ns + kStormGraceNs +
               static_cast<std::int64_t>(static_cast<double>(count) / static_cast<double>(per_second) *
                                         kNsPerSecond)) {}

/// How many should have begun; the first one at once.
std::uint64_t Storm::wanted(std::int64_t now_ns) const noexcept {
  const double seconds = static_cast<double>(now_ns - begin_ns_) / kNsPerSecond;
  return std::min(count_, 1 + static_cast<std::uint64_t>(seconds * static_cast<double>(per_second_)));
}

std::uint64_t Storm::due(std::int64_t now_ns) const noexcept {
  if (over(now_ns)) return 0;
  const std::uint64_t in_flight = begun_ - done_;
  return std::min(wanted(now_ns) - std::min(begun_, wanted(now_ns)),
                  kMaxStormInFlight - std::min(in_flight, kMaxStormInFlight));
}

void Storm::end_one(bool refused) noexcept {
  ++done_;
  if (refused) ++refused_;
}

std::int64_t Storm::next_ns(std::int64_t now_ns) const noexcept {
  return begun_ == count_ ? last_ns_ : std::min(last_ns_, now_ns + kStormBatchNs);
}

}  // namespace qmpev
