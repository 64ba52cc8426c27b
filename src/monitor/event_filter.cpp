// SPDX-License-Identifier: MIT
#include "monitor/event_filter.hpp"

#include "wire/qapi_tables.hpp"

namespace qmpev {
namespace {

/// What `entry` names: one event, or with "_*" at its end all that begin so.
EventSet named(std::string_view entry) {
  const bool several = entry.size() > 2 && entry.substr(entry.size() - 2) == "_*";
  if (several) entry.remove_suffix(1);
  EventSet found;
  for (std::size_t kind = 0; kind < kEventKinds; ++kind) {
    const std::string_view name = kQapiEvents[kind].name;
    found[kind] = several ? name.substr(0, entry.size()) == entry : name == entry;
  }
  return found;
}

}  // namespace

std::optional<std::string> check_filter(const Value& arguments) {
  const Value* events = arguments.find("events");
  if (events == nullptr) return std::nullopt;
  if (events->items().size() > kMaxFilterEntries) {
    return "Parameter 'events' expects at most " + std::to_string(kMaxFilterEntries) + " names";
  }
  std::size_t index = 0;
  for (const Value& entry : events->items()) {
    if (named(entry.as_string()).none()) {
      return "Parameter 'events[" + std::to_string(index) + "]' expects the name of an event, or PREFIX_*";
    }
    ++index;
  }
  return std::nullopt;
}

EventSet wanted_events(const Value& arguments) {
  const Value* events = arguments.find("events");
  if (events == nullptr) return EventSet().set();
  EventSet wanted;
  for (const Value& entry : events->items()) wanted |= named(entry.as_string());
  return wanted;
}

}  // namespace qmpev
