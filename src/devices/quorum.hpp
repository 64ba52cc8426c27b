// SPDX-License-Identifier: MIT
// A quorum of copies: a read is put to the vote by content, and what most copies hold wins if they are
// enough. Order of the reports: children that failed, in child order; then the copies that lost, newest
// content first and highest child first; QUORUM_FAILURE last, and without a winner the losers are not named.
// Thread: one request at a time, on any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <qmpev/emitter.hpp>
#include <qmpev/result.hpp>

#include "devices/quorum_child.hpp"
#include "hooks/quorum.hpp"

namespace qmpev {

struct QuorumConfig {
  std::string reference;  ///< device name, or the node name of a quorum without one
  std::size_t vote_threshold;
};

class Quorum {
 public:
  /// Takes the children. Fails with invalid_argument when the threshold cannot be met or asks for nothing.
  static Result<std::unique_ptr<Quorum>> create(Emitter emitter, QuorumConfig config,
                                                std::vector<std::unique_ptr<QuorumChild>> children);

  // The guest's requests. Each returns 0, or the errno the guest sees.
  int read(std::uint64_t offset, std::span<std::uint8_t> data);
  int write(std::uint64_t offset, std::span<const std::uint8_t> data);
  int flush();

 private:
  /// What came of asking every child once.
  struct Round {
    std::size_t answers = 0;
    int first_error = 0;
  };

  Quorum(Emitter emitter, QuorumConfig config, std::vector<std::unique_ptr<QuorumChild>> children) noexcept;
  template <class Ask>
  Round ask_all(QuorumOpType type, const ByteRange& request, Ask ask);
  bool enough(const Round& round) const noexcept { return round.answers >= config_.vote_threshold; }

  const Emitter emitter_;
  const QuorumConfig config_;
  const std::vector<std::unique_ptr<QuorumChild>> children_;
};

}  // namespace qmpev
