// SPDX-License-Identifier: MIT
// A copy kept in memory; answers inside the call. Thread: like its quorum, one request at a time.
#pragma once

#include <string>
#include <vector>

#include "devices/quorum_child.hpp"

namespace qmpev {

class MemoryChild final : public QuorumChild {
 public:
  MemoryChild(std::string node_name, std::size_t bytes);

  std::string_view node_name() const noexcept override { return node_name_; }
  std::uint64_t bytes() const noexcept override { return data_.size(); }
  // Beyond its end a read fails with EIO and a write with ENOSPC.
  void read(std::uint64_t offset, std::span<std::uint8_t> data, Done done) override;
  void write(std::uint64_t offset, std::span<const std::uint8_t> data, Done done) override;
  void write_zeroes(std::uint64_t offset, std::uint64_t bytes, Done done) override;
  void flush(Done done) override { done(0); }

 private:
  bool holds(std::uint64_t offset, std::uint64_t bytes) const noexcept;

  const std::string node_name_;
  std::vector<std::uint8_t> data_;
};

}  // namespace qmpev
