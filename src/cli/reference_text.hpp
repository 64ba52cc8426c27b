// SPDX-License-Identifier: MIT
// The reference of events as text for a terminal, a pager or grep. Reentrant.
#pragma once

#include <string>
#include <string_view>

#include <qmpev/result.hpp>

#include "cli/event_reference.hpp"

namespace qmpev {

/// One line for each event: name, rate limit, the first clause of its doc.
std::string reference_list();

/// Everything about one event, in one wire form.
std::string reference_of(const EventReference& event, WireForm form);

/// The event `name`, or a sentence that names those nearest to it. Never nullptr.
Result<const EventReference*> find_reference(std::string_view name);

}  // namespace qmpev
