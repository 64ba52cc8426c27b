// SPDX-License-Identifier: MIT
// Writes a value as one line of JSON in QEMU's spelling: ", " and ": ", ASCII only, members in wire order,
// doubles with 17 significant digits. What it writes is always valid JSON. Any thread.
#pragma once

#include <string>

#include "wire/value.hpp"

namespace qmpev {

/// Appends `value` to `out`, without a line end. Recurses once per level of nesting.
///
/// An infinity (a number too large for a double that a client sent as its id) is written as 1e+400 or
/// -1e+400: a number that readers turn into the same infinity, where QEMU writes the invalid token inf. NaN,
/// which no JSON text can have caused, is written as null.
void write_json(const Value& value, std::string& out);

}  // namespace qmpev
