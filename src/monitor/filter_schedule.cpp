// SPDX-License-Identifier: MIT
#include "monitor/filter_schedule.hpp"

namespace qmpev {

void FilterSchedule::begin(const EventSet& wanted) noexcept {
  want(wanted);
  lines_ = log_.published(form_, wanted_);
}

void FilterSchedule::change(const EventSet& wanted) {
  const std::uint64_t now = log_.published(form_, wanted);
  if (!changes_.empty() && changes_.back().place == log_.head()) {
    changes_.back().wanted_after = now;
    changes_.back().wanted = wanted;
    return;
  }
  const EventSet& before = changes_.empty() ? wanted_ : changes_.back().wanted;
  changes_.push_back({log_.head(), log_.published(form_, before), now, wanted});
}

Span FilterSchedule::span(const Cursor& from, std::uint64_t until, std::size_t limit) const noexcept {
  switch (wants_) {
    case Wants::everything:
      return log_.span(form_, from, until, limit);
    case Wants::schema:
      return log_.span_of_schema(form_, from, until, limit);
    case Wants::some:
      break;
  }
  return log_.span(form_, from, until, limit, wanted_);
}

void FilterSchedule::reach(std::uint64_t place) noexcept {
  while (!changes_.empty() && changes_.front().place <= place) take_change();
}

Loss FilterSchedule::lose_to_tail(Gap& gap) noexcept {
  const std::uint64_t tail = log_.tail();
  Loss loss{0, wanted_, wanted_};
  for (; !changes_.empty() && changes_.front().place <= tail; take_change()) {
    loss.lines += changes_.front().wanted_before - lines_;
    gap.end_filter(changes_.front().place, wanted_);
    if (changes_.front().place == tail) continue;
    loss.always &= changes_.front().wanted;
    loss.sometimes |= changes_.front().wanted;
  }
  const std::uint64_t evicted = log_.evicted(form_, wanted_);
  loss.lines += evicted - lines_;
  lines_ = evicted;
  gap.end(tail, wanted_);
  return loss;
}

void FilterSchedule::want(const EventSet& kinds) noexcept {
  wanted_ = kinds;
  wants_ = kinds.all() ? Wants::everything : kinds == schema_events() ? Wants::schema : Wants::some;
}

void FilterSchedule::take_change() noexcept {
  want(changes_.front().wanted);
  lines_ = changes_.front().wanted_after;
  changes_.pop_front();
}

}  // namespace qmpev
