// SPDX-License-Identifier: MIT
// How often each record of the log went out to a session, for two additions a write however many lines it
// had: only where a run of records begins and ends is noted, and the sum of what was noted up to a record is
// its number of deliveries. Relies on runs that begin no earlier than the oldest record. Loop thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace qmpev {

class DeliveryTally {
 public:
  /// For a log of so many records.
  explicit DeliveryTally(std::size_t records)
      : mask_(std::bit_ceil(records + 1) - 1),
        changes_(std::make_unique_for_overwrite<std::int32_t[]>(mask_ + 1)) {}

  /// The log's next record gets this number. Called for the first, and for each that follows.
  void open(std::uint64_t head) noexcept { at(head) = 0; }
  /// Records from `begin` up to `end` went out to one more session.
  void add(std::uint64_t begin, std::uint64_t end) noexcept {
    ++at(begin);
    --at(end);
  }
  /// The oldest record goes: how often it went out.
  std::uint64_t forget(std::uint64_t oldest) noexcept {
    return static_cast<std::uint64_t>(before_ += at(oldest));
  }
  /// Calls `tell` with the number and the deliveries of each record from the oldest up to `head`.
  template <class Tell>
  void walk(std::uint64_t oldest, std::uint64_t head, Tell tell) const noexcept {
    std::int64_t deliveries = before_;
    for (std::uint64_t sequence = oldest; sequence < head; ++sequence) {
      deliveries += changes_[sequence & mask_];
      tell(sequence, static_cast<std::uint64_t>(deliveries));
    }
  }

 private:
  std::int32_t& at(std::uint64_t sequence) noexcept { return changes_[sequence & mask_]; }

  std::size_t mask_;  ///< of a number, its place; the one behind the newest record has one, too
  std::unique_ptr<std::int32_t[]> changes_;  ///< left uninitialised until opened
  std::int64_t before_ = 0;                  ///< deliveries of the record that went last
};

}  // namespace qmpev
