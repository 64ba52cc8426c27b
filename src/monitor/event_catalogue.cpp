// SPDX-License-Identifier: MIT
#include "monitor/event_catalogue.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace qmpev {

void EventCatalogue::add(std::shared_ptr<const EventShape> shape) {
  QMPEV_ASSERT(!has(shape->name()) && events_.size() < kEventSlots);
  events_.push_back(shape->qapi());
  shapes_.push_back(std::move(shape));
}

bool EventCatalogue::has(std::string_view name) const noexcept {
  return std::any_of(events_.begin(), events_.end(),
                     [name](const QapiEvent& event) { return event.name == name; });
}

}  // namespace qmpev
