// SPDX-License-Identifier: MIT
// What a client asks for with x-qmpev-filter: the names of events, or what several begin with, as a set of
// kinds that costs one look per line. Any thread.
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <qmpev/events.hpp>

#include "wire/value.hpp"

namespace qmpev {

inline constexpr std::string_view kFilterCommand = "x-qmpev-filter";
/// Names in one filter: more than QEMU's schema has events.
inline constexpr std::size_t kMaxFilterEntries = 64;

/// By EventKind.
using EventSet = std::bitset<kEventKinds>;

/// Why such arguments make no filter, nullopt when they do. They are those of the schema. An entry that no
/// event answers to is a mistake: it would never be noticed otherwise.
std::optional<std::string> check_filter(const Value& arguments);

/// What arguments in which nothing is wrong ask for: everything when they name no list, nothing when the list
/// is empty.
EventSet wanted_events(const Value& arguments);

}  // namespace qmpev
