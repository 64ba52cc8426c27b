// SPDX-License-Identifier: MIT
#include "monitor/loss_notice.hpp"

#include <utility>

#include "wire/value.hpp"
#include "wire/writer.hpp"

namespace qmpev {
namespace {

constexpr std::int64_t kUsPerSecond = 1'000'000;

std::string written(const Value& value) {
  std::string text;
  write_json(value, text);
  return text;
}

Value describe_stamp(std::int64_t wall_us) {
  return Value::object({{"seconds", wall_us / kUsPerSecond}, {"microseconds", wall_us % kUsPerSecond}});
}

Value describe_counts(std::uint64_t dropped, std::uint64_t refused) {
  Value counts = Value::object();
  if (dropped != 0) counts.set("dropped", dropped);
  if (refused != 0) counts.set("refused", refused);
  return counts;
}

/// Written by hand from its three members: they stand in the order of an event's.
std::string line_of(const std::string& stamp, const Value& data) {
  return "{\"timestamp\": " + stamp + ", \"event\": \"" + std::string(kGapNoticeEvent) +
         "\", \"data\": " + written(data) + "}\r\n";
}

}  // namespace

LossNotice::LossNotice(const EventLog& log, const EventCatalogue& names, WireForm form, const Cursor& at,
                       const Gap& gap) noexcept
    : log_(log),
      names_(names),
      form_(form),
      passed_(log.evicted_of(form)),
      refusals_(log.refusals_evicted_of()) {
  pass(log.tail(), at.sequence);
  gap.count_pending(kept_);
}

void LossNotice::pass(std::uint64_t begin, std::uint64_t end) noexcept {
  for (std::uint64_t sequence = begin; sequence < end; ++sequence) {
    if (log_.has_line(form_, sequence)) ++passed_[static_cast<std::size_t>(log_.kind(sequence))];
  }
  for (const EventLog::Refusal* refusal = log_.refusal_from(begin);
       refusal != nullptr && refusal->sequence < end; refusal = log_.refusal_from(refusal->sequence + 1)) {
    refusals_[static_cast<std::size_t>(refusal->kind)] += refusal->count;
  }
}

void LossNotice::refuse(const EventLog::Refusal& refusal, const EventSet& wanted) noexcept {
  const std::size_t kind = static_cast<std::size_t>(refusal.kind);
  refusals_[kind] += refusal.count;
  if (!wanted[kind]) return;
  owe(refusal.sequence);
  refused_of_[kind] += refusal.count;
  refused_ += refusal.count;
}

/// Before anything is added.
void LossNotice::owe(std::uint64_t place) noexcept {
  if (!owed()) place_ = place;
}

void LossNotice::lose(std::uint64_t place, const Loss& loss, const Gap& gap) noexcept {
  owe(place);
  dropped_ += loss.lines;
  const Counts before = std::exchange(kept_, {});
  gap.count_pending(kept_);
  const Counts gone = std::exchange(passed_, log_.evicted_of(form_));
  const Counts refused = std::exchange(refusals_, log_.refusals_evicted_of());
  for (std::size_t kind = 0; kind < kEventSlots; ++kind) {
    if (loss.sometimes[kind]) {
      refused_of_[kind] += refusals_[kind] - refused[kind];
      refused_ += refusals_[kind] - refused[kind];
      if (!loss.always[kind]) continue;
      dropped_of_[kind] += passed_[kind] - gone[kind];
    }
    dropped_of_[kind] += before[kind] - kept_[kind];
  }
}

void LossNotice::lose_kept(std::uint64_t place, std::uint64_t lines, const Gap& gap) noexcept {
  owe(place);
  dropped_ += lines;
  const Counts before = std::exchange(kept_, {});
  gap.count_pending(kept_);
  for (std::size_t kind = 0; kind < kEventSlots; ++kind) dropped_of_[kind] += before[kind] - kept_[kind];
}

const std::string& LossNotice::line(std::int64_t wall_us) {
  const std::string stamp = written(describe_stamp(wall_us));
  Value data = describe_counts(dropped_, refused_);
  data.set("events", Value::array());
  std::size_t bytes = line_of(stamp, data).size();
  Value events = Value::array();
  for (std::size_t kind = 0; kind < names_.all().size(); ++kind) {
    if (dropped_of_[kind] == 0 && refused_of_[kind] == 0) continue;
    Value counts = describe_counts(dropped_of_[kind], refused_of_[kind]);
    counts.set("event", names_.all()[kind].name);
    bytes += written(counts).size() + std::string_view(", ").size();
    if (bytes > kMaxLoggedLineBytes) break;
    events.append(std::move(counts));
  }
  data.set("events", std::move(events));
  line_ = line_of(stamp, data);
  return line_;
}

void LossNotice::told() noexcept {
  dropped_ = refused_ = 0;
  dropped_of_ = {};
  refused_of_ = {};
}

}  // namespace qmpev
