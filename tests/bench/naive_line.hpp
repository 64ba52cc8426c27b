// SPDX-License-Identifier: MIT
// The line of an event made the obvious way: a tree of json-glib's, serialised.
#pragma once

#include <string>

#include <qmpev/events.hpp>

namespace qmpev::bench {

std::string naive_line(const GuestPanicked& event);
std::string naive_line(const BalloonChange& event);
std::string naive_line(const SpiceInitialized& event);

}  // namespace qmpev::bench
