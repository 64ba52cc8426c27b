// SPDX-License-Identifier: MIT
// When `qmpev watch` has seen what it was asked to see. Main thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qmpev {

class WatchGoal {
 public:
  /// `count` events of the name `until` (empty: of any name). Without either there is no end to it, and one
  /// event of any kind will do.
  WatchGoal(std::optional<std::uint64_t> count, std::string until);

  void see(std::string_view event_name);
  /// Nothing more is waited for.
  bool reached() const noexcept { return bounded_ && seen_ >= wanted_; }
  /// What was asked for has come; asked when the time is over.
  bool satisfied() const noexcept { return seen_ >= wanted_; }

 private:
  std::string until_;
  std::uint64_t wanted_;
  bool bounded_;
  std::uint64_t seen_ = 0;
};

}  // namespace qmpev
