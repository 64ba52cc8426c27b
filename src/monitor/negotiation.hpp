// SPDX-License-Identifier: MIT
// qmp_capabilities: what QEMU answers to it, once its arguments are those of the schema. Any thread.
#pragma once

#include <string_view>

#include "monitor/command_result.hpp"
#include "wire/value.hpp"

namespace qmpev {

inline constexpr std::string_view kNegotiationCommand = "qmp_capabilities";

/// Success is `{}`. `negotiated`: it succeeded before.
CommandResult negotiate(bool negotiated);

/// Whether arguments with which it succeeded enable out-of-band execution.
bool enables_oob(const Value& arguments);

}  // namespace qmpev
