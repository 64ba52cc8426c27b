// SPDX-License-Identifier: MIT
// A copy kept in memory; answers inside the call. Thread: like its quorum, one request at a time.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>

#include "devices/quorum_child.hpp"

namespace qmpev {

class MemoryChild final : public QuorumChild {
 public:
  MemoryChild(std::string node_name, std::size_t bytes);

  std::string_view node_name() const noexcept override { return node_name_; }
  std::uint64_t bytes() const noexcept override { return size_; }
  // Beyond its end a read fails with EIO and a write with ENOSPC.
  void read(std::uint64_t offset, std::span<std::uint8_t> data, Done done) override;
  void write(std::uint64_t offset, std::span<const std::uint8_t> data, Done done) override;
  void write_zeroes(std::uint64_t offset, std::uint64_t bytes, Done done) override;
  void flush(Done done) override { done(0); }

 private:
  bool holds(std::uint64_t offset, std::uint64_t bytes) const noexcept;

  const std::string node_name_;
  const std::size_t size_;
  const std::unique_ptr<std::uint8_t[], decltype(&std::free)>
      data_;  ///< of pages that cost nothing until written
};

}  // namespace qmpev
