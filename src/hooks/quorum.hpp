// SPDX-License-Identifier: MIT
// Quorum requests -> QUORUM_REPORT_BAD and QUORUM_FAILURE: bytes become 512-byte sectors (of the whole
// request, not of the bad area), an errno becomes its text. Pure translation, no state. Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <qmpev/events.hpp>

namespace qmpev {

inline constexpr std::uint64_t kSectorBytes = 512;

/// A request as the guest made it, in bytes. A flush has neither offset nor length.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// The text of an errno in the C locale; owns what it may have to spell out.
class ErrnoText {
 public:
  explicit ErrnoText(int error) noexcept;
  std::string_view view() const noexcept {
    return known_.empty() ? std::string_view(unknown_.data()) : known_;
  }

 private:
  std::string_view known_;
  std::array<char, 32> unknown_{};  // "Unknown error -2147483648"
};

/// A child's answer differs from the one that won. Borrows `node_name`.
QuorumReportBad quorum_mismatch(QuorumOpType type, std::string_view node_name,
                                const ByteRange& request) noexcept;

/// A child failed with an error. Borrows `node_name` and `error`.
QuorumReportBad quorum_child_error(QuorumOpType type, std::string_view node_name, const ByteRange& request,
                                   const ErrnoText& error) noexcept;

/// No quorum. `reference` is the device name, or the node name of a quorum without one; borrowed.
QuorumFailure quorum_failure(std::string_view reference, const ByteRange& request) noexcept;

}  // namespace qmpev
