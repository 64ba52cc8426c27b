// SPDX-License-Identifier: MIT
#include "devices/quorum.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <numeric>
#include <utility>

#include "base/assert.hpp"
#include "devices/answers.hpp"
#include "devices/ballot.hpp"

namespace qmpev {

namespace {

using Children = std::vector<std::unique_ptr<QuorumChild>>;

Error refusal(std::string sentence) {
  return {ErrorCode::invalid_argument, std::move(sentence)};
}

std::string length_of(const QuorumChild& child) {
  return std::string(child.node_name()) + " has " + std::to_string(child.bytes()) + " bytes";
}

/// QEMU's words where it has some.
Result<void> check(const QuorumConfig& config, const Children& children) {
  if (config.vote_threshold < 1) return refusal("Parameter 'vote-threshold' expects a value >= 1");
  if (config.vote_threshold > children.size()) return refusal("threshold may not exceed children count");
  if (children.size() > kMaxQuorumChildren)
    return refusal("a quorum has at most " + std::to_string(kMaxQuorumChildren) + " children");
  if (config.blkverify && (children.size() != 2 || config.vote_threshold != 2))
    return refusal("blkverify=on can only be set if there are exactly two files and vote-threshold is 2");
  if (config.blkverify && config.rewrite)
    return refusal("blkverify looks for differences and rewrite removes them: set one of the two");
  for (const auto& child : children)
    if (child->bytes() != children.front()->bytes())
      return refusal("the copies of a quorum are equally long, but " + length_of(*children.front()) +
                     " and " + length_of(*child));
  return {};
}

/// What most of the children that failed say, the newest word of equals. Some have failed.
int voted_error(const std::vector<int>& errors) {
  std::map<int, std::size_t> votes;
  std::vector<int> seen;
  for (const int error : errors)
    if (error != 0 && ++votes[error] == 1) seen.push_back(error);
  QMPEV_ASSERT(!seen.empty());
  return *std::max_element(seen.rbegin(), seen.rend(),
                           [&](int one, int other) { return votes[one] < votes[other]; });
}

}  // namespace

Result<std::unique_ptr<Quorum>> Quorum::create(Emitter emitter, QuorumConfig config, Children children) {
  if (auto checked = check(config, children); !checked) return checked.error();
  return std::unique_ptr<Quorum>(new Quorum(std::move(emitter), std::move(config), std::move(children)));
}

Quorum::Quorum(Emitter emitter, QuorumConfig config, Children children)
    : emitter_(std::move(emitter)),
      config_(std::move(config)),
      children_(std::move(children)),
      everyone_(children_.size()),
      bytes_(children_.front()->bytes()) {
  std::iota(everyone_.begin(), everyone_.end(), std::size_t{0});
}

/// Written without `offset + bytes`, which could wrap.
bool Quorum::holds(const ByteRange& request) const noexcept {
  return request.offset <= bytes_ && request.bytes <= bytes_ - request.offset;
}

/// `ask(number, child, done)` puts the request to one child. Asks all of `numbers` at once, waits for all,
/// and reports those that fail as they answer.
template <class Ask>
void Quorum::ask(QuorumOpType type, const ByteRange& request, const std::vector<std::size_t>& numbers,
                 Errors& errors, Ask ask) {
  Answers answers;
  for (const std::size_t number : numbers) ask(number, *children_[number], answers.of(number));
  for (std::size_t count = 0; count < numbers.size(); ++count) {
    const ChildAnswer answer = answers.take();
    errors[answer.child] = answer.error;
    if (answer.error != 0)
      emitter_.emit(
          quorum_child_error(type, children_[answer.child]->node_name(), request, ErrnoText(answer.error)));
  }
}

bool Quorum::enough(const Errors& errors) const noexcept {
  return static_cast<std::size_t>(std::count(errors.begin(), errors.end(), 0)) >= config_.vote_threshold;
}

int Quorum::fail(const ByteRange& request, int error) const noexcept {
  emitter_.emit(quorum_failure(config_.reference, request));
  return error;
}

int Quorum::read(std::uint64_t offset, std::span<std::uint8_t> data) {
  const std::lock_guard lock(mutex_);
  const ByteRange request{offset, data.size()};
  if (!holds(request)) return EIO;
  if (data.empty()) return 0;
  return config_.read_pattern == QuorumConfig::ReadPattern::fifo ? read_first(request, data)
                                                                 : vote(request, data);
}

int Quorum::vote(const ByteRange& request, std::span<std::uint8_t> data) {
  std::vector<Ballot::Content> contents(children_.size(), Ballot::Content(data.size()));
  Errors errors(children_.size());
  ask(QuorumOpType::read, request, everyone_, errors,
      [&](std::size_t number, QuorumChild& child, QuorumChild::Done done) {
        child.read(request.offset, contents[number], std::move(done));
      });
  if (!enough(errors)) return fail(request, voted_error(errors));
  Ballot ballot;
  for (const std::size_t number : everyone_)
    if (errors[number] == 0) ballot.vote(number, std::move(contents[number]));
  const Ballot::Party& winner = *ballot.winner();
  const std::vector<std::size_t> losers = ballot.losers(winner);
  if (config_.blkverify && !losers.empty()) return EIO;
  if (winner.children.size() < config_.vote_threshold) return fail(request, EIO);
  for (const std::size_t loser : losers)
    emitter_.emit(quorum_mismatch(QuorumOpType::read, children_[loser]->node_name(), request));
  if (config_.rewrite) rewrite(request, losers, winner.content);
  std::copy(winner.content.begin(), winner.content.end(), data.begin());
  return 0;
}

void Quorum::rewrite(const ByteRange& request, const std::vector<std::size_t>& losers,
                     std::span<const std::uint8_t> content) {
  Answers answers;
  for (const std::size_t loser : losers) children_[loser]->write(request.offset, content, answers.of(loser));
  for (std::size_t count = 0; count < losers.size(); ++count) answers.take();
}

int Quorum::read_first(const ByteRange& request, std::span<std::uint8_t> data) {
  Errors errors(children_.size());
  for (const std::size_t number : everyone_) {
    Ballot::Content content(data.size());
    ask(QuorumOpType::read, request, {number}, errors,
        [&](std::size_t, QuorumChild& child, QuorumChild::Done done) {
          child.read(request.offset, content, std::move(done));
        });
    if (errors[number] != 0) continue;
    std::copy(content.begin(), content.end(), data.begin());
    return 0;
  }
  return errors.back();
}

template <class Ask>
int Quorum::write_all(const ByteRange& request, Ask ask_child) {
  const std::lock_guard lock(mutex_);
  if (!holds(request)) return EIO;
  if (request.bytes == 0) return 0;
  Errors errors(children_.size());
  ask(QuorumOpType::write, request, everyone_, errors, ask_child);
  return enough(errors) ? 0 : fail(request, voted_error(errors));
}

int Quorum::write(std::uint64_t offset, std::span<const std::uint8_t> data) {
  return write_all({offset, data.size()}, [&](std::size_t, QuorumChild& child, QuorumChild::Done done) {
    child.write(offset, data, std::move(done));
  });
}

int Quorum::write_zeroes(std::uint64_t offset, std::uint64_t bytes) {
  return write_all({offset, bytes}, [&](std::size_t, QuorumChild& child, QuorumChild::Done done) {
    child.write_zeroes(offset, bytes, std::move(done));
  });
}

int Quorum::flush() {
  const std::lock_guard lock(mutex_);
  Errors errors(children_.size());
  ask(QuorumOpType::flush, ByteRange{}, everyone_, errors,
      [](std::size_t, QuorumChild& child, QuorumChild::Done done) { child.flush(std::move(done)); });
  return enough(errors) ? 0 : voted_error(errors);  // a flush never says QUORUM_FAILURE
}

void Quorum::hurry() noexcept {
  for (const auto& child : children_) child->hurry();
}

}  // namespace qmpev
