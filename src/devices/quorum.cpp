// SPDX-License-Identifier: MIT
#include "devices/quorum.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "devices/ballot.hpp"

namespace qmpev {

Result<std::unique_ptr<Quorum>> Quorum::create(Emitter emitter, QuorumConfig config,
                                               std::vector<std::unique_ptr<QuorumChild>> children) {
  if (config.vote_threshold < 1)
    return Error{ErrorCode::invalid_argument, "Parameter 'vote-threshold' expects a value >= 1"};
  if (config.vote_threshold > children.size())
    return Error{ErrorCode::invalid_argument, "threshold may not exceed children count"};
  return std::unique_ptr<Quorum>(new Quorum(std::move(emitter), std::move(config), std::move(children)));
}

Quorum::Quorum(Emitter emitter, QuorumConfig config,
               std::vector<std::unique_ptr<QuorumChild>> children) noexcept
    : emitter_(std::move(emitter)), config_(std::move(config)), children_(std::move(children)) {}

/// `ask(number, child)` returns the child's errno; a child that fails is reported at once.
template <class Ask>
Quorum::Round Quorum::ask_all(QuorumOpType type, const ByteRange& request, Ask ask) {
  Round round;
  for (std::size_t number = 0; number < children_.size(); ++number) {
    QuorumChild& child = *children_[number];
    const int error = ask(number, child);
    if (error == 0) {
      ++round.answers;
      continue;
    }
    emitter_.emit(quorum_child_error(type, child.node_name(), request, ErrnoText(error)));
    if (round.first_error == 0) round.first_error = error;
  }
  return round;
}

int Quorum::read(std::uint64_t offset, std::span<std::uint8_t> data) {
  const ByteRange request{offset, data.size()};
  Ballot ballot;
  Ballot::Content content(data.size());
  const Round round = ask_all(QuorumOpType::read, request, [&](std::size_t number, QuorumChild& child) {
    const int error = child.read(offset, content);
    if (error == 0) ballot.vote(number, content);
    return error;
  });
  const Ballot::Party* winner = ballot.winner();
  if (winner == nullptr || winner->children.size() < config_.vote_threshold) {
    emitter_.emit(quorum_failure(config_.reference, request));
    return enough(round) ? EIO : round.first_error;
  }
  for (const std::size_t loser : ballot.losers(*winner))
    emitter_.emit(quorum_mismatch(QuorumOpType::read, children_[loser]->node_name(), request));
  std::copy(winner->content.begin(), winner->content.end(), data.begin());
  return 0;
}

int Quorum::write(std::uint64_t offset, std::span<const std::uint8_t> data) {
  const ByteRange request{offset, data.size()};
  const Round round = ask_all(QuorumOpType::write, request,
                              [&](std::size_t, QuorumChild& child) { return child.write(offset, data); });
  if (enough(round)) return 0;
  emitter_.emit(quorum_failure(config_.reference, request));
  return round.first_error;
}

int Quorum::flush() {
  const Round round = ask_all(QuorumOpType::flush, ByteRange{},
                              [](std::size_t, QuorumChild& child) { return child.flush(); });
  return enough(round) ? 0 : round.first_error;  // a flush never says QUORUM_FAILURE
}

}  // namespace qmpev
