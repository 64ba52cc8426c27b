// SPDX-License-Identifier: MIT
// The single output of the emit room: where events go once they have their place in the global order.
// Loop thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <qmpev/events.hpp>
#include <qmpev/wire_form.hpp>

namespace qmpev {

/// One event as it goes out, by WireForm. The views are equal when the forms are; a view is empty when no
/// listener speaks that form. Borrowed for the call.
struct EventLine {
  EventKind kind;
  std::array<std::string_view, kWireForms> line;
};

class EventSink {
 public:
  /// Takes one event; the order of calls is the order every session sees. Copies what it keeps.
  virtual void publish(const EventLine& event) noexcept = 0;
  /// Tells that `count` events of `kind` were refused between the threads since the last call for that kind:
  /// they take one place in the order, but no bytes.
  virtual void gap(EventKind kind, std::uint64_t count) noexcept = 0;

 protected:
  ~EventSink() = default;
};

}  // namespace qmpev
