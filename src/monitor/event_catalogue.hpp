// SPDX-License-Identifier: MIT
// The events of one server: those of the schema, and behind them those that its embedder registered, as
// introspection and filters know them. Loop thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "event/event_slots.hpp"
#include "wire/event_shape.hpp"
#include "wire/qapi_tables.hpp"

namespace qmpev {

class EventCatalogue {
 public:
  EventCatalogue() : events_(kQapiEvents.begin(), kQapiEvents.end()) {}

  /// The next EventKind is this event's.
  void add(std::shared_ptr<const EventShape> shape);
  bool has(std::string_view name) const noexcept;

  /// By EventKind; borrowed until one is added.
  std::span<const QapiEvent> all() const noexcept { return events_; }
  std::span<const QapiEvent> of_schema() const noexcept { return all().first(kEventKinds); }

 private:
  std::vector<QapiEvent> events_;
  std::vector<std::shared_ptr<const EventShape>> shapes_;  ///< from which the last events borrow
};

}  // namespace qmpev
