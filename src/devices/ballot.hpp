// SPDX-License-Identifier: MIT
// The vote of one quorum read: answers grouped by content, in the order in which each content first came.
// Thread: that of the read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace qmpev {

class Ballot {
 public:
  using Content = std::vector<std::uint8_t>;

  /// Answers that are the same; never empty.
  struct Party {
    Content content;
    std::vector<std::size_t> children;  ///< ascending
  };

  /// Children vote in ascending order.
  void vote(std::size_t child, Content content);

  /// The party with most children, the newest of equals; null when nobody voted.
  const Party* winner() const noexcept;

  /// Children outside `winner`: newest party first, highest child first.
  std::vector<std::size_t> losers(const Party& winner) const;

 private:
  std::vector<Party> parties_;
};

}  // namespace qmpev
