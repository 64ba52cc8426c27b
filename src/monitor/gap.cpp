// SPDX-License-Identifier: MIT
#include "monitor/gap.hpp"

#include "base/assert.hpp"

namespace qmpev {

std::uint64_t Gap::begin(std::uint64_t from) noexcept {
  if (!begun_) from_ = from;
  begun_ = true;
  return from_;
}

void Gap::end_filter(std::uint64_t place, const EventSet& wanted) {
  before_.push_back({place, wanted});
}

void Gap::end(std::uint64_t until, const EventSet& wanted) noexcept {
  until_ = until;
  wanted_ = wanted;
  refresh();
}

void Gap::refresh() noexcept {
  version_ = kept_.version();
  pending_ = 0;
  for (const KeptLine* line = find(from_); line != nullptr; line = find(line->sequence + 1)) ++pending_;
  if (pending_ == 0) clear();
}

const KeptLine& Gap::next() const noexcept {
  const KeptLine* line = find(from_);
  QMPEV_ASSERT(line != nullptr);
  return *line;
}

void Gap::count_pending(std::array<std::uint64_t, kEventSlots>& counts) const noexcept {
  if (!open()) return;
  for (const KeptLine* line = find(from_); line != nullptr; line = find(line->sequence + 1)) {
    ++counts[static_cast<std::size_t>(line->kind)];
  }
}

void Gap::pass() noexcept {
  from_ = next().sequence + 1;
  if (--pending_ == 0) clear();
}

void Gap::clear() noexcept {
  begun_ = false;
  pending_ = 0;
  before_.clear();
}

bool Gap::wanted(const KeptLine& line) const noexcept {
  const std::size_t kind = static_cast<std::size_t>(line.kind);
  for (const Stretch& stretch : before_) {
    if (line.sequence < stretch.end) return stretch.wanted[kind];
  }
  return wanted_[kind];
}

const KeptLine* Gap::find(std::uint64_t from) const noexcept {
  const KeptLine* line = kept_.next(form_, from, until_);
  while (line != nullptr && !wanted(*line)) line = kept_.next(form_, line->sequence + 1, until_);
  return line;
}

}  // namespace qmpev
