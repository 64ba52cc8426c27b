// SPDX-License-Identifier: MIT
// How many kinds of events there can be while the program runs: those of the schema, by their EventKind, and
// behind them those that an embedder registers, in the order they come. What is counted by kind has so many
// places. Any thread: constants.
#pragma once

#include <bitset>
#include <cstddef>

#include <qmpev/events.hpp>
#include <qmpev/registered_event.hpp>

namespace qmpev {

inline constexpr std::size_t kEventSlots = kEventKinds + kMaxRegisteredEvents;
static_assert(kEventSlots <= std::size_t{UINT8_MAX} + 1, "an EventKind has one byte");

/// Some kinds, by EventKind.
using EventSet = std::bitset<kEventSlots>;

constexpr bool is_of_schema(EventKind kind) noexcept {
  return static_cast<std::size_t>(kind) < kEventKinds;
}

/// All that plain QMP has: what a client receives that asks for nothing.
inline EventSet schema_events() noexcept {
  return ~EventSet() >> kMaxRegisteredEvents;
}

}  // namespace qmpev
