// SPDX-License-Identifier: MIT
// The border between the wire's values and json-glib's, which embedders' command handlers take and give.
// json-glib cannot hold everything QMP can; what it cannot is changed here and nowhere else:
//   to json-glib    an integer above 2^63-1 becomes the nearest double; a text or member name is cut at
//   U+0000
//                   (as in QEMU, whose commands take C strings); of members equal after the cut, one stays
//   from json-glib  nothing is lost; texts that are not UTF-8 go out as U+FFFD
// Any thread.
#pragma once

#include <cstddef>

#include <json-glib/json-glib.h>

#include <qmpev/limits.hpp>

#include "wire/value.hpp"

namespace qmpev {

/// True when an object anywhere in `value` has more than `max_members`, at most kMaxNodeMembers.
bool too_wide_for_json_node(const Value& value, std::size_t max_members = kMaxNodeMembers);

/// A new node (the caller owns it). `value` is not too wide.
JsonNode* to_json_node(const Value& value);
/// `node` is borrowed and may be null, which gives null. An object's members come in the order json-glib has
/// them.
Value from_json_node(JsonNode* node);

}  // namespace qmpev
