// SPDX-License-Identifier: MIT
// One copy of a quorum's data. A child belongs to one quorum and is called on the thread of the request.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace qmpev {

class QuorumChild {
 public:
  virtual ~QuorumChild() = default;
  /// The graph node's name; constant.
  virtual std::string_view node_name() const noexcept = 0;
  // Each returns 0, or the errno of the failure. A read fills `data` whole or its content does not count.
  virtual int read(std::uint64_t offset, std::span<std::uint8_t> data) noexcept = 0;
  virtual int write(std::uint64_t offset, std::span<const std::uint8_t> data) noexcept = 0;
  virtual int flush() noexcept = 0;
};

}  // namespace qmpev
