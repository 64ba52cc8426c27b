// SPDX-License-Identifier: MIT
// A child with faults in front of another child, which stays whole: errors, wrong bytes, delays. What tests,
// triggers and the demo put under a quorum. Requests come as a quorum makes them; faults are set and told on
// any thread, also while requests run.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <qmpev/result.hpp>

#include "devices/quorum_child.hpp"
#include "devices/sector_rot.hpp"
#include "devices/work_thread.hpp"
#include "hooks/quorum.hpp"

namespace qmpev {

/// How late an answer can be made: what waits for it, a guest or an orderly end, must not look dead.
inline constexpr auto kMaxChildDelay = std::chrono::milliseconds(10'000);
/// Errors of one child at a time; each is compared with every request.
inline constexpr std::size_t kMaxChildErrors = 64;

struct SectorSpan {
  std::uint64_t first = 0;
  std::uint64_t count = 0;  ///< 0: to the end
};

class FaultyChild final : public QuorumChild {
 public:
  explicit FaultyChild(std::unique_ptr<QuorumChild> child);
  ~FaultyChild() override;

  std::string_view node_name() const noexcept override { return child_->node_name(); }
  std::uint64_t bytes() const noexcept override { return child_->bytes(); }
  void read(std::uint64_t offset, std::span<std::uint8_t> data, Done done) override;
  void write(std::uint64_t offset, std::span<const std::uint8_t> data, Done done) override;
  void write_zeroes(std::uint64_t offset, std::uint64_t bytes, Done done) override;
  void flush(Done done) override;
  void hurry() noexcept override;

  /// Requests of this kind that touch one of the sectors (a flush touches all) fail with `error`, an errno.
  /// The newest error wins. Fails with invalid_argument above kMaxChildErrors.
  Result<void> fail(QuorumOpType operation, int error, SectorSpan sectors = {});
  /// The sector reads back with the bits of `flip` wrong in each byte, until it is written. Fails with
  /// invalid_argument when it lies beyond the end, and above kMaxRottenSectors.
  Result<void> rot(std::uint64_t sector, std::uint8_t flip);
  /// Requests are carried out that much later, at most kMaxChildDelay.
  void delay(std::chrono::milliseconds time);
  /// Takes all faults away; what was delayed is carried out at once.
  void heal();
  /// "reads fail (Input/output error), wrong bytes in sector 16, 200 ms late"; empty without a fault.
  std::string faults() const;

 private:
  struct Failure {
    QuorumOpType operation;
    int error;
    SectorSpan sectors;
  };

  void after_delay(WorkThread::Job request);
  int failure_of(QuorumOpType operation, const ByteRange& range) const;
  Done overwriting(const ByteRange& range, Done done);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Failure> failures_;       // guarded by mutex_
  SectorRot rot_;                       // guarded by mutex_
  std::chrono::milliseconds delay_{0};  // guarded by mutex_
  unsigned heals_ = 0;                  // guarded by mutex_
  bool hurried_ = false;                // guarded by mutex_
  const std::unique_ptr<QuorumChild> child_;
  std::optional<WorkThread> late_;  // the pointer is guarded by mutex_; last: it uses all of the above
};

}  // namespace qmpev
