// SPDX-License-Identifier: MIT
// virtio-balloon's configuration space (VIRTIO 1.2, 5.5.4): num_pages, what the host wants, and actual, what
// the guest has given; both little-endian 32-bit counts of 4 KiB pages. The guest may write single bytes of
// actual, and every write that really changes it is a new level. Any thread: a vCPU writes while the loop
// thread sets the target. The lock is held across emit so that events leave in the order of the writes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

#include <qmpev/emitter.hpp>

namespace qmpev {

class VirtioBalloon {
 public:
  static constexpr std::size_t kNumPagesOffset = 0;
  static constexpr std::size_t kActualOffset = 4;
  static constexpr std::size_t kConfigBytes = 8;

  VirtioBalloon(Emitter emitter, std::uint64_t ram_bytes);

  /// The guest writes configuration bytes. Only those of `actual` are the guest's to change; the rest is
  /// ignored.
  void write_config(std::size_t offset, std::span<const std::uint8_t> bytes);
  /// The guest reads configuration bytes; those beyond the end read as 0.
  void read_config(std::size_t offset, std::span<std::uint8_t> bytes) const;

  /// The `balloon` command: what the guest should be left with, in bytes. More than the RAM means all of it.
  /// Nothing is reported until the guest acts.
  void set_target(std::uint64_t bytes);
  /// `query-balloon`, in bytes; negative when the guest claims more pages than there are.
  std::int64_t level_bytes() const;
  /// The machine's RAM has changed (a DIMM came or went). That is no change of the balloon: nothing is
  /// reported.
  void set_ram_bytes(std::uint64_t ram_bytes);
  std::uint64_t ram_bytes() const;

 private:
  std::uint32_t pages_at(std::size_t offset) const noexcept;

  const Emitter emitter_;
  mutable std::mutex mutex_;
  std::uint64_t ram_bytes_;                          // guarded by mutex_
  std::array<std::uint8_t, kConfigBytes> config_{};  // guarded by mutex_
};

}  // namespace qmpev
