// SPDX-License-Identifier: MIT
#include "simulation/follower.hpp"

#include <algorithm>

namespace qmpev::simulation {
namespace {

/// So many numbers are forgotten at most by who goes away.
constexpr std::uint64_t kForgotten = 40;
constexpr std::string_view kOtherEpoch = "fedcba9876543210fedcba9876543210";

}  // namespace

std::string Follower::ask(std::uint64_t& last_request, std::string_view epoch, std::uint64_t from) {
  return R"({"execute":"x-qmpev-resume","arguments":{"epoch":")" + std::string(epoch) + R"(","from":)" +
         std::to_string(from) + R"(},"id":)" + std::to_string(++last_request) + "}";
}

std::string Follower::come(std::uint64_t& last_request, Dice& dice) {
  std::string words = R"({"execute":"x-qmpev-subscribe","id":)" + std::to_string(++last_request) + "}";
  asking_ = false;
  behind_ = first_.has_value();
  if (first_ && dice.one_in(3)) next_ -= std::min(next_ - *first_, dice.below(kForgotten));
  if (dice.one_in(4)) words += ask(last_request, kOtherEpoch, next_);
  if (dice.one_in(4)) words += ask(last_request, kEpoch, journal_.size() + 1'000'000);
  return words;
}

std::string Follower::next_words(std::uint64_t& last_request) {
  if (!behind_ || asking_) return {};
  asking_ = true;
  return ask(last_request, kEpoch, next_);
}

void Follower::know(std::uint64_t number, Known how) {
  if (number >= known_.size()) known_.resize(number + 1, Known::no);
  if (known_[number] != Known::received) known_[number] = how;
}

void Follower::subscribed(std::uint64_t next) noexcept {
  if (first_) return;
  first_ = next_ = next;
}

/// A number that was left out is asked for: it may be nothing, or be lost.
void Follower::event(std::uint64_t number) noexcept {
  know(number, Known::received);
  if (!first_) return;
  if (number > next_) behind_ = true;
  if (number == next_ && !behind_) ++next_;
}

void Follower::page(std::uint64_t from, const Page& page) {
  asking_ = false;
  for (std::uint64_t number = from; number < std::min(page.oldest, page.next); ++number)
    know(number, Known::gone);
  for (const std::uint64_t number : page.numbers) know(number, Known::received);
  if (!first_ || from > next_) return;
  next_ = std::max(next_, page.next);
  behind_ = page.more;
}

/// Of the embedder's own events it hears none on some of its connections.
bool Follower::expects(std::uint64_t number) const noexcept {
  return journal_.has_line(number, form_) && journal_.kind(number) != kOwn;
}

void Follower::check_complete() {
  if (!first_) return;
  if (behind_) return verdict_.fail("complete or told", "a follower has no answer when all is calm");
  for (std::uint64_t number = *first_; number < next_; ++number) {
    if (!expects(number)) continue;
    if (number < known_.size() && known_[number] != Known::no) continue;
    return verdict_.fail("complete or told",
                         "number " + std::to_string(number) + " was neither received nor told to be gone");
  }
  for (std::uint64_t number = next_; number < journal_.size(); ++number) {
    if (!expects(number) || (number < known_.size() && known_[number] != Known::no)) continue;
    return verdict_.fail("complete or told", "number " + std::to_string(number) + " never came");
  }
}

}  // namespace qmpev::simulation
