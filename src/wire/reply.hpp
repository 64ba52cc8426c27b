// SPDX-License-Identifier: MIT
// The lines a server sends besides events: the greeting, success and error. Each is complete, with CR LF. Any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <qmpev/protocol.hpp>

#include "wire/value.hpp"

namespace qmpev {

/// The word of an error class on the wire, "GenericError".
std::string_view error_class_name(ErrorClass error_class) noexcept;

/// {"return": RESULT} and the id when the request had one.
std::string success_line(Value result, const std::optional<Value>& id);

/// {"error": {"class": ..., "desc": ...}}, after the id when the request had one. `description` may hold any
/// bytes.
std::string error_line(ErrorClass error_class, std::string_view description, const std::optional<Value>& id);

/// {"QMP": {"version": ..., "capabilities": ["oob"]}}
std::string greeting_line(const Version& version);

/// What the greeting and query-version say about `version`: {"qemu": {...}, "package": ...}.
Value version_value(const Version& version);

}  // namespace qmpev
