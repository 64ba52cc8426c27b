// SPDX-License-Identifier: MIT
// As emitter.cpp, for a shape that is known at run time only: wanted? does it fit? stamp, serialise on the
// stack, submit. Any thread.
#include <qmpev/registered_event.hpp>

#include "emit/emitter_core.hpp"
#include "wire/encoder.hpp"
#include "wire/event_shape.hpp"

namespace qmpev {

void RegisteredEvent::emit(std::span<const EventValue> values) const noexcept {
  if (!core_->registered_wanted(kind_)) return;
  switch (shape_->fit(values)) {
    case EventShape::Fit::fits:
      break;
    case EventShape::Fit::oversize:
      return core_->count_oversize(kind_);
    case EventShape::Fit::invalid:
      return core_->count_invalid(kind_);
  }
  char line[kMaxLineBytes];
  const std::string_view text(line, shape_->encode(core_->stamp(kind_), values, line));
  EventLine out{kind_, {}};
  for (std::size_t i = 0; i < kWireForms; ++i) {
    if (core_->form_wanted(static_cast<WireForm>(i))) out.line[i] = text;
  }
  core_->submit(out, shape_->key_of(values));
}

}  // namespace qmpev
