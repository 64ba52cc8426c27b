// SPDX-License-Identifier: MIT
#include "monitor/event_filter.hpp"

namespace qmpev {
namespace {

/// What `entry` names: one event, or with "_*" at its end all that begin so.
EventSet named(std::string_view entry, std::span<const QapiEvent> events) {
  const bool several = entry.size() > 2 && entry.substr(entry.size() - 2) == "_*";
  if (several) entry.remove_suffix(1);
  EventSet found;
  for (std::size_t kind = 0; kind < events.size(); ++kind) {
    const std::string_view name = events[kind].name;
    found[kind] = several ? name.substr(0, entry.size()) == entry : name == entry;
  }
  return found;
}

}  // namespace

std::optional<std::string> check_filter(const Value& arguments, std::span<const QapiEvent> events) {
  const Value* entries = arguments.find("events");
  if (entries == nullptr) return std::nullopt;
  if (entries->items().size() > kMaxFilterEntries) {
    return "Parameter 'events' expects at most " + std::to_string(kMaxFilterEntries) + " names";
  }
  std::size_t index = 0;
  for (const Value& entry : entries->items()) {
    if (named(entry.as_string(), events).none()) {
      return "Parameter 'events[" + std::to_string(index) + "]' expects the name of an event, or PREFIX_*";
    }
    ++index;
  }
  return std::nullopt;
}

EventSet wanted_events(const Value& arguments, std::span<const QapiEvent> events, const EventSet& otherwise) {
  const Value* entries = arguments.find("events");
  if (entries == nullptr) return otherwise;
  EventSet wanted;
  for (const Value& entry : entries->items()) wanted |= named(entry.as_string(), events);
  return wanted;
}

}  // namespace qmpev
