// SPDX-License-Identifier: MIT
// One copy of a quorum's data. A child belongs to one quorum, which asks it on the thread of the request and
// waits for its answer; it answers inside the call when it can, and else on a thread of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace qmpev {

class QuorumChild {
 public:
  /// Called exactly once for each request, inside the call or later on another thread, with 0 or the errno of
  /// the failure. Until then the request's buffer stays where it is. Does not throw and does not wait.
  using Done = std::function<void(int error)>;

  virtual ~QuorumChild() = default;
  /// The graph node's name; constant. Any thread.
  virtual std::string_view node_name() const noexcept = 0;
  /// The copy's length; constant. Any thread.
  virtual std::uint64_t bytes() const noexcept = 0;
  // A read fills `data` whole or its content does not count.
  virtual void read(std::uint64_t offset, std::span<std::uint8_t> data, Done done) = 0;
  virtual void write(std::uint64_t offset, std::span<const std::uint8_t> data, Done done) = 0;
  virtual void write_zeroes(std::uint64_t offset, std::uint64_t bytes, Done done) = 0;
  virtual void flush(Done done) = 0;
  /// Answers as soon as it can from now on, also what it was asked before. Any thread.
  virtual void hurry() noexcept {}
};

}  // namespace qmpev
