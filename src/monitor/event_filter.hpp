// SPDX-License-Identifier: MIT
// What a client asks for with x-qmpev-filter: the names of events, or what several begin with, as a set of
// kinds that costs one look per line. Any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "event/event_slots.hpp"
#include "wire/qapi_tables.hpp"
#include "wire/value.hpp"

namespace qmpev {

inline constexpr std::string_view kFilterCommand = "x-qmpev-filter";
/// Names in one filter: more than QEMU's schema has events.
inline constexpr std::size_t kMaxFilterEntries = 64;

/// Why such arguments make no filter of `events` (by EventKind), nullopt when they do. They are those of the
/// schema. An entry that no event answers to is a mistake: it would never be noticed otherwise.
std::optional<std::string> check_filter(const Value& arguments, std::span<const QapiEvent> events);

/// What arguments in which nothing is wrong ask for: `otherwise` when they name no list, nothing when the
/// list is empty.
EventSet wanted_events(const Value& arguments, std::span<const QapiEvent> events, const EventSet& otherwise);

}  // namespace qmpev
