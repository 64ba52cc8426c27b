// SPDX-License-Identifier: MIT
// The account of one storm: how many triggers are due at a time, and when it is over although the machine
// could not keep up. Moved by its caller's clock. Loop thread.
#pragma once

#include <cstdint>

namespace qmpev {

/// Triggers that have begun and not ended: enough to keep the guest busy, half of what the machine takes at
/// once.
inline constexpr std::uint64_t kMaxStormInFlight = 128;
/// A storm is played in batches: a timer for each trigger would cost more than the trigger.
inline constexpr std::int64_t kStormBatchNs = 5'000'000;
/// A machine that is too slow gets this much longer; what is not done then is not done at all.
inline constexpr std::int64_t kStormGraceNs = 1'000'000'000;

/// What came of a storm.
struct StormOutcome {
  std::uint64_t wanted;
  std::uint64_t done;
  std::uint64_t refused;  ///< of those done
  std::int64_t time_ns;
};

class Storm {
 public:
  Storm(std::uint64_t per_second, std::uint64_t count, std::int64_t begin_ns) noexcept;

  /// How many may begin now; all of them are begun by the caller.
  std::uint64_t due(std::int64_t now_ns) const noexcept;
  /// Returns how many began before.
  std::uint64_t begin_one() noexcept { return begun_++; }
  void end_one(bool refused) noexcept;

  bool over(std::int64_t now_ns) const noexcept { return done_ == count_ || now_ns >= last_ns_; }
  /// When to look again, if nothing ends before.
  std::int64_t next_ns(std::int64_t now_ns) const noexcept;
  StormOutcome outcome(std::int64_t now_ns) const noexcept {
    return {count_, done_, refused_, now_ns - begin_ns_};
  }

 private:
  std::uint64_t wanted(std::int64_t now_ns) const noexcept;

  std::uint64_t per_second_;
  std::uint64_t count_;
  std::int64_t begin_ns_;
  std::int64_t last_ns_;
  std::uint64_t begun_ = 0;
  std::uint64_t done_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace qmpev
