// SPDX-License-Identifier: MIT
// qmp_capabilities: what a client may say with it, and what QEMU answers. Any thread.
#pragma once

#include <string_view>

#include "monitor/command_result.hpp"
#include "wire/value.hpp"

namespace qmpev {

inline constexpr std::string_view kNegotiationCommand = "qmp_capabilities";

/// Judges the arguments of qmp_capabilities (an object). Success is `{}`. `negotiated`: it succeeded before.
CommandResult negotiate(const Value& arguments, bool negotiated);

/// Whether arguments with which it succeeded enable out-of-band execution.
bool enables_oob(const Value& arguments);

}  // namespace qmpev
