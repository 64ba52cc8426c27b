// SPDX-License-Identifier: MIT
// Who follows the events through any number of connections: subscribes, asks for what it has missed, goes
// away and comes again with the last number it remembers. Knows each number as received or told to be gone.
// Single thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/dice.hpp"
#include "simulation/journal.hpp"
#include "simulation/page.hpp"
#include "simulation/verdict.hpp"

namespace qmpev::simulation {

/// The name of the chain's one life.
inline constexpr std::string_view kEpoch = "0123456789abcdef0123456789abcdef";

class Follower {
 public:
  /// All borrowed.
  Follower(const Journal& journal, WireForm form, Verdict& verdict)
      : journal_(journal), form_(form), verdict_(verdict) {}

  WireForm form() const noexcept { return form_; }
  /// A new connection: what it says first, behind its negotiation. It may have saved its place long ago.
  std::string come(std::uint64_t& last_request, Dice& dice);
  /// What it asks for now; empty: nothing is missing, or an answer is on its way.
  std::string next_words(std::uint64_t& last_request);

  /// Whatever came last may be lost, and nothing behind it tell so.
  void look_again() noexcept { behind_ = first_.has_value(); }

  // What it hears.
  void subscribed(std::uint64_t next) noexcept;
  void event(std::uint64_t number) noexcept;
  void page(std::uint64_t from, const Page& page);
  void refused() noexcept { asking_ = false; }

  /// When all is calm: it misses nothing, and was told what is gone.
  void check_complete();

 private:
  enum class Known : unsigned char { no, received, gone };
  void know(std::uint64_t number, Known how);
  bool expects(std::uint64_t number) const noexcept;
  std::string ask(std::uint64_t& last_request, std::string_view epoch, std::uint64_t from);

  const Journal& journal_;
  WireForm form_;
  Verdict& verdict_;
  std::optional<std::uint64_t> first_;  ///< where it began to follow
  std::uint64_t next_ = 0;              ///< all before it is known
  bool behind_ = false;                 ///< something is missing
  bool asking_ = false;
  std::vector<Known> known_;
};

}  // namespace qmpev::simulation
