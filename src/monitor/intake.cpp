// SPDX-License-Identifier: MIT
#include "monitor/intake.hpp"

#include <utility>

namespace qmpev {
namespace {

/// In the place of a message for which there is no room.
Reader::Item too_large() {
  return {std::nullopt, "JSON token size limit exceeded"};
}

}  // namespace

Intake::Intake(InputWeight& all, SessionCounters& counters, const Limits& limits) noexcept
    : all_(all),
      counters_(counters),
      reader_({limits.message_bytes, limits.message_tokens, limits.message_depth}),
      queue_(limits.queued_requests) {}

void Intake::push(std::string_view bytes) {
  if (over_) return;
  reader_.push(bytes);
  unread_ = true;
}

std::optional<Reader::Item> Intake::next() {
  std::optional<Reader::Item> item = reader_.next();
  if (!item) unread_ = false;
  if (item && item->over_limit) ++counters_.messages_too_large;
  return item;
}

void Intake::queue(Reader::Item item) {
  queue_.push(std::move(item));
  ++counters_.requests_queued;
  if (queue_.full()) ++counters_.queue_full;
  weigh();
  if (!all_.too_much() || queue_.bytes() <= kFreeInputBytes) return;
  ++counters_.input_refused;
  queue_.replace_newest(too_large());
}

std::optional<Reader::Item> Intake::refuse_heavy() {
  weigh();
  if (!all_.too_much() || reader_.buffered_bytes() <= kFreeInputBytes) return std::nullopt;
  if (queue_.full()) return std::nullopt;  // it was light enough when it was read, and grows no more
  ++counters_.input_refused;
  reader_.reset();
  unread_ = false;
  weigh();
  return too_large();
}

void Intake::end() noexcept {
  counters_.requests_dropped += queue_.size();
  queue_.clear();
  over_ = true;
  unread_ = false;
  reader_.reset();
  weigh();
}

void Intake::weigh() noexcept {
  const std::size_t now = reader_.buffered_bytes() + queue_.bytes();
  all_.bytes += now - bytes_;
  bytes_ = now;
}

}  // namespace qmpev
