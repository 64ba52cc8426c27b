// SPDX-License-Identifier: MIT
// The arguments of a command against their type, in QEMU's order and words, before its handler runs: a
// handler can then take what it needs without a check. Any thread.
#pragma once

#include <optional>
#include <string>

#include "wire/argument_shape.hpp"
#include "wire/value.hpp"

namespace qmpev {

/// What is wrong with `arguments` (an object), nullopt when nothing is. Members are looked at in the order of
/// the type, each to its depth; a mistake in one of them wins over a member that is unexpected. The error
/// class that goes with the sentence is GenericError. As in QEMU, a number that is not negative is no
/// condition of an unsigned one of 64 bits: a handler gets -1 as -1.
std::optional<std::string> check_arguments(const ArgumentShape& shape, const Value& arguments);

}  // namespace qmpev
