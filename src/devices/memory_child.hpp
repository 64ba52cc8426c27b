// SPDX-License-Identifier: MIT
// A copy kept in memory that can be told to fail or to rot: what tests and the demo put under a quorum.
// Thread: like its quorum, one request at a time; faults are set between requests.
#pragma once

#include <string>
#include <vector>

#include "devices/quorum_child.hpp"

namespace qmpev {

class MemoryChild final : public QuorumChild {
 public:
  MemoryChild(std::string node_name, std::size_t bytes);

  std::string_view node_name() const noexcept override { return node_name_; }
  int read(std::uint64_t offset, std::span<std::uint8_t> data) noexcept override;
  int write(std::uint64_t offset, std::span<const std::uint8_t> data) noexcept override;
  int flush() noexcept override { return flush_error_; }

  /// From now on the operation fails with this errno; 0 heals it.
  void fail_reads(int error) noexcept { read_error_ = error; }
  void fail_writes(int error) noexcept { write_error_ = error; }
  void fail_flushes(int error) noexcept { flush_error_ = error; }
  /// Changes one byte behind everybody's back. `offset` is inside the copy.
  void rot(std::uint64_t offset, std::uint8_t value);

 private:
  bool holds(std::uint64_t offset, std::size_t bytes) const noexcept;

  const std::string node_name_;
  std::vector<std::uint8_t> data_;
  int read_error_ = 0;
  int write_error_ = 0;
  int flush_error_ = 0;
};

}  // namespace qmpev
