// SPDX-License-Identifier: MIT
#include "cli/watch_goal.hpp"

#include <utility>

namespace qmpev {

WatchGoal::WatchGoal(std::optional<std::uint64_t> count, std::string until)
    : until_(std::move(until)), wanted_(count.value_or(1)), bounded_(count.has_value() || !until_.empty()) {}

void WatchGoal::see(std::string_view event_name) {
  if (until_.empty() || event_name == until_) ++seen_;
}

}  // namespace qmpev
