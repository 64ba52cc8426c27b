// SPDX-License-Identifier: MIT
// The way of one event on its own thread: wanted? stamp, serialise on the stack, submit. Any thread.
#include <qmpev/emitter.hpp>

#include "emit/emitter_core.hpp"
#include "event/event_tables.hpp"
#include "wire/encoder.hpp"

namespace qmpev {
namespace {

template <class Event>
std::string_view key_of(const Event& event) noexcept {
  if constexpr (kEventInfo[static_cast<std::size_t>(Describe<Event>::kind)].keyed) {
    return event.*Describe<Event>::key;
  } else {
    return {};
  }
}

}  // namespace

template <class Event>
void Emitter::emit(const Event& event) const noexcept {
  constexpr EventKind kind = Describe<Event>::kind;
  if (!core_->wanted(kind)) return;
  const std::int64_t wall_us = core_->stamp(kind);
  char line[kWireForms][Describe<Event>::max_line_bytes];
  EventLine out{kind, {}};
  for (std::size_t i = 0; i < kWireForms; ++i) {
    const WireForm form = static_cast<WireForm>(i);
    if (!core_->form_wanted(form)) continue;
    if (Describe<Event>::one_form && i > 0 && !out.line[0].empty()) {
      out.line[i] = out.line[0];
      continue;
    }
    const std::size_t size = encode(form, wall_us, event, line[i]);
    if (size == 0) return core_->count_oversize(kind);
    out.line[i] = {line[i], size};
  }
  core_->submit(out, key_of(event));
}

FlushOutcome Emitter::flush(std::chrono::nanoseconds patience) const {
  return core_->flushes().wait(patience, [this] { core_->signal(); });
}

void Emitter::count_invalid(EventKind kind) const noexcept {
  core_->count_invalid(kind);
}

#define QMPEV_INSTANTIATE(Event) template void Emitter::emit<Event>(const Event&) const noexcept;
QMPEV_FOR_EACH_EVENT(QMPEV_INSTANTIATE)
#undef QMPEV_INSTANTIATE

}  // namespace qmpev
