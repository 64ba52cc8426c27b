// SPDX-License-Identifier: MIT
// What query-qmp-schema and query-events answer: commands, events and their types, in QEMU's format. A type
// has no name on the wire but for the builtin ones: clients are to look at what it is made of. Loop thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <qmpev/wire_form.hpp>

#include "wire/qapi_tables.hpp"
#include "wire/value.hpp"

namespace qmpev {

/// All descriptions that `commands` and the schema's events, as `form` spells them, need: every reference in
/// them leads to one of them.
Value describe_interface(const std::vector<QapiCommand>& commands, std::span<const QapiEvent> events,
                         WireForm form);

/// The names of the events.
Value list_events(std::span<const QapiEvent> events);

}  // namespace qmpev
