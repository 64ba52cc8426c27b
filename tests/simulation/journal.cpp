// SPDX-License-Identifier: MIT
#include "simulation/journal.hpp"

#include <algorithm>

namespace qmpev::simulation {
namespace {

constexpr std::array kForms = {WireForm::document, WireForm::qemu};

}  // namespace

Journal::Journal(EventLog& log, const test::FakeClock& clock, Verdict& verdict,
                 std::array<bool, kWireForms> form_used, std::size_t keys)
    : log_(log),
      clock_(clock),
      verdict_(verdict),
      form_used_(form_used),
      windows_(emissions_, verdict, keys) {}

void Journal::begin(Plan& plan, bool heard) {
  plan.serial = emissions_.size();
  Counts& counts = counts_[plan.kind];
  ++counts.begun;
  const bool limited = windows_.interval_ms(plan.kind) != 0;
  const bool wanted = !closed_ && (heard || limited);
  if (closed_) {
    ++counts.after_end;
  } else if (!wanted) {
    ++counts.skipped;
  } else if (plan.oversize()) {
    ++counts.oversize;
  }
  Emission emission{plan};
  emission.wall_us = clock_.wall.load();
  emission.begun = ++tick_;
  emission.limited = limited && wanted && !plan.oversize();
  emission.crowded = windows_.crowded();
  emission.limit_state = windows_.limit_state(plan.kind);
  emissions_.push_back(emission);
  published_at_.push_back(UINT64_MAX);
  windows_.begin(plan.serial);
}

void Journal::end(std::uint64_t serial) {
  emissions_[serial].ended = ++tick_;
  windows_.end(serial);
}

Journal::Record& Journal::append(std::size_t kind) {
  records_.push_back({kind, 0, 0, {}, {}, lines_});
  return records_.back();
}

void Journal::publish(const EventLine& event) noexcept {
  const auto kind = index_of(event.kind);
  const auto serial = serial_of(event.line[0].empty() ? event.line[1] : event.line[0]);
  if (!kind || !serial || *serial == 0 || *serial >= emissions_.size()) {
    return verdict_.fail("only what was emitted", "a line that no emit made: " + std::string(event.line[0]));
  }
  Emission& emission = emissions_[*serial];
  if (emission.published || emission.discarded) {
    verdict_.fail("once", "event " + std::to_string(*serial) +
                              (emission.published ? " was published twice" : " was discarded before"));
  }
  check_line(emission, event);
  check_order(emission);
  windows_.publish(*serial, clock_.monotonic_ns());
  emission.published = true;
  published_at_[*serial] = records_.size();
  ++counts_[*kind].published;
  newest_[*kind][emission.plan.key] = records_.size();
  Record& record = append(*kind);
  record.serial = *serial;
  for (std::size_t form = 0; form < kWireForms; ++form) {
    record.offset[form] = text_.size();
    record.length[form] = form_used_[form] ? event.line[form].size() : 0;
    if (!form_used_[form]) continue;
    text_ += event.line[form];
    ++lines_[form];
  }
  log_.publish(event);
}

void Journal::gap(EventKind kind, std::uint64_t count) noexcept {
  const auto index = index_of(kind);
  if (!index || count == 0) return verdict_.fail("gaps", "a gap of nothing, or of a kind that nobody emits");
  counts_[*index].refused += count;
  append(*index).refused = count;
  log_.gap(kind, count);
}

void Journal::check_line(const Emission& emission, const EventLine& event) {
  for (const WireForm form : kForms) {
    const std::size_t f = static_cast<std::size_t>(form);
    if (!form_used_[f]) continue;
    if (event.line[f] == line_of(emission.plan, emission.wall_us, form)) continue;
    verdict_.fail("lines",
                  "event " + std::to_string(emission.plan.serial) + " became " + std::string(event.line[f]));
  }
}

void Journal::check_order(const Emission& emission) {
  if (emission.limited || emission.limit_state != windows_.limit_state(emission.plan.kind)) return;
  if (emission.ended != 0 && emission.ended < last_begun_) {
    verdict_.fail("order", "event " + std::to_string(emission.plan.serial) +
                               " was published after one whose emit began when its own had returned");
  }
  last_begun_ = std::max(last_begun_, emission.begun);
}

bool Journal::has_line(std::uint64_t index, WireForm form) const noexcept {
  return records_[index].length[static_cast<std::size_t>(form)] != 0;
}

std::string_view Journal::line(std::uint64_t index, WireForm form) const noexcept {
  const std::size_t f = static_cast<std::size_t>(form);
  return std::string_view(text_).substr(records_[index].offset[f], records_[index].length[f]);
}

std::uint64_t Journal::edge_of(std::size_t bytes, WireForm form) const noexcept {
  constexpr std::size_t kNumberBytes = 30;
  std::uint64_t from = size();
  for (std::size_t sum = 0; from > tail() && sum < bytes;) sum += line(--from, form).size() + kNumberBytes;
  return from;
}

std::uint64_t Journal::lines_before(std::uint64_t index, WireForm form) const noexcept {
  const std::size_t f = static_cast<std::size_t>(form);
  return index < records_.size() ? records_[index].lines_before[f] : lines_[f];
}

std::uint64_t Journal::find(std::uint64_t serial) const noexcept {
  return serial < published_at_.size() ? published_at_[serial] : UINT64_MAX;
}

}  // namespace qmpev::simulation
