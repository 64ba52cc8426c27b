// SPDX-License-Identifier: MIT
// The arguments of a command against its specification, in QEMU's order and words, before its handler runs: a
// handler can then take what it needs without a check. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <qmpev/protocol.hpp>

#include "wire/value.hpp"

namespace qmpev {

/// What is wrong with `arguments` (an object), nullopt when nothing is. A mistake in a specified member, in
/// the order of `specification`, wins over a member that is not specified. `integer` is what fits an int64.
/// The error class that goes with the sentence is GenericError.
std::optional<std::string> check_arguments(const std::vector<Argument>& specification,
                                           const Value& arguments);

}  // namespace qmpev
