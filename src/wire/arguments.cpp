// SPDX-License-Identifier: MIT
// Walks value and type side by side, as QEMU's input visitor does, and stops at the first mistake. Some of
// its sentences name the whole path to the member, others only its last part: which one is QEMU's habit.
#include "wire/arguments.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <glib.h>

#include "wire/member_order.hpp"

namespace qmpev {
namespace {

using Mistake = std::optional<std::string>;

/// How QEMU names the place it is at.
struct Place {
  std::string path;       ///< "capabilities[1].state"
  std::string_view leaf;  ///< "state"; "null" for an item of a list, which has no name of its own
};

Place member_place(const Place& parent, std::string_view name) {
  return {parent.path.empty() ? std::string(name) : parent.path + "." + std::string(name), name};
}

Place item_place(const Place& parent, std::size_t index) {
  return {parent.path + "[" + std::to_string(index) + "]", "null"};
}

std::string wrong_type(const Place& place, std::string_view expected) {
  return "Invalid parameter type for '" + place.path + "', expected: " + std::string(expected);
}

std::string out_of_range(std::string_view name, std::string_view expected) {
  return "Parameter '" + std::string(name) + "' expects " + std::string(expected);
}

// --- one value ---

struct IntegerRange {
  std::string_view word;
  std::int64_t low;
  std::uint64_t high;
  bool is_signed;
};

/// Null for what is no sized integer.
const IntegerRange* range_of(QapiBuiltin type) {
  static constexpr IntegerRange ranges[] = {
      {"int8_t", INT8_MIN, INT8_MAX, true},    {"int16_t", INT16_MIN, INT16_MAX, true},
      {"int32_t", INT32_MIN, INT32_MAX, true}, {"uint8_t", 0, UINT8_MAX, false},
      {"uint16_t", 0, UINT16_MAX, false},      {"uint32_t", 0, UINT32_MAX, false},
  };
  static_assert(static_cast<int>(QapiBuiltin::uint32) - static_cast<int>(QapiBuiltin::int8) == 5);
  if (type < QapiBuiltin::int8 || type > QapiBuiltin::uint32) return nullptr;
  return &ranges[static_cast<int>(type) - static_cast<int>(QapiBuiltin::int8)];
}

bool is_within(const Value& value, const IntegerRange& range) {
  if (value.kind() == Value::Kind::uint64) return value.as_uint64() <= range.high;
  const std::int64_t number = value.as_int64();
  return number >= range.low && (number < 0 || static_cast<std::uint64_t>(number) <= range.high);
}

Mistake check_sized(const IntegerRange& range, const Value& value, const Place& place) {
  if (range.is_signed && value.kind() != Value::Kind::int64) return wrong_type(place, "integer");
  if (!value.is_integer()) return out_of_range(place.path, "uint64");
  if (!is_within(value, range)) return out_of_range(place.leaf, range.word);
  return std::nullopt;
}

Mistake expect(bool fits, const Place& place, std::string_view expected) {
  return fits ? std::nullopt : Mistake(wrong_type(place, expected));
}

Mistake check_builtin(QapiBuiltin type, const Value& value, const Place& place) {
  if (const IntegerRange* range = range_of(type)) return check_sized(*range, value, place);
  switch (type) {
    case QapiBuiltin::string:
      return expect(value.is_string(), place, "string");
    case QapiBuiltin::boolean:
      return expect(value.is_bool(), place, "boolean");
    case QapiBuiltin::integer:
      return expect(value.kind() == Value::Kind::int64, place, "integer");
    case QapiBuiltin::uint64:
      return value.is_integer() ? std::nullopt : Mistake(out_of_range(place.path, "uint64"));
    case QapiBuiltin::number:
      return expect(value.is_integer() || value.kind() == Value::Kind::real, place, "number");
    case QapiBuiltin::null:
      return expect(value.is_null(), place, "null");
    case QapiBuiltin::any_object:
      return expect(value.is_object(), place, "object");
    default:
      return std::nullopt;  // any
  }
}

Mistake check_enumeration(const QapiType& type, const Value& value, const Place& place) {
  if (!value.is_string()) return wrong_type(place, "string");
  const auto& values = type.values;
  if (std::find(values.begin(), values.end(), value.as_string()) != values.end()) return std::nullopt;
  return "Parameter '" + std::string(place.leaf) + "' does not accept value '" + value.as_string() + "'";
}

// --- members that nobody expects ---

/// A request with more members is not asked after in the order of GLib's table: names can be chosen so that
/// all collide there, and a million of them would hold the loop for hours.
constexpr std::size_t kMaxTableMembers = 256;

using Names = std::vector<std::string_view>;

/// `name` as QEMU holds it, in a C string: U+0000 is C0 80.
std::string c_spelling(std::string_view name) {
  std::string spelling;
  for (const char byte : name) {
    if (byte == 0) {
      spelling += "\xC0\x80";
    } else {
      spelling += byte;
    }
  }
  return spelling;
}

std::string unexpected(const Member& member, const Place& place) {
  return "Parameter '" + member_place(place, member.name).path + "' is unexpected";
}

/// Of several members that are not expected QEMU names the one that comes first in a GLib hash table, filled
/// in wire order and emptied in that of the type. Asking such a table is simpler than describing its order.
Mistake unexpected_member(const Names& expected, const Value& object, const Place& place) {
  const auto is_expected = [&expected](const Member& member) {
    return std::find(expected.begin(), expected.end(), member.name) != expected.end();
  };
  if (std::all_of(object.members().begin(), object.members().end(), is_expected)) return std::nullopt;
  const auto members = wire_order(object.members());
  if (members.size() > kMaxTableMembers) {
    return unexpected(**std::find_if_not(members.begin(), members.end(),
                                         [&](const Member* member) { return is_expected(*member); }),
                      place);
  }
  GHashTable* names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, nullptr);
  for (const Member* member : members) {
    g_hash_table_insert(names, g_strdup(c_spelling(member->name).c_str()), const_cast<Member*>(member));
  }
  for (const std::string_view name : expected) g_hash_table_remove(names, std::string(name).c_str());

  Mistake mistake;
  GHashTableIter iterator;
  gpointer member = nullptr;
  g_hash_table_iter_init(&iterator, names);
  if (g_hash_table_iter_next(&iterator, nullptr, &member)) {
    mistake = unexpected(*static_cast<const Member*>(member), place);
  }
  g_hash_table_destroy(names);
  return mistake;
}

// --- what has parts ---

Mistake check(const QapiType& type, const Value& value, const Place& place);

Mistake check_members(const QapiType& type, const Value& object, const Place& place, Names& expected) {
  for (const QapiMember& member : type.members) {
    const Place there = member_place(place, member.name);
    const Value* value = object.find(member.name);
    expected.push_back(member.name);
    if (value == nullptr) {
      if (member.optional) continue;
      return "Parameter '" + there.path + "' is missing";
    }
    if (Mistake mistake = check(*member.type, *value, there)) return mistake;
  }
  if (type.branches.empty()) return std::nullopt;
  const std::string& tag = object.find(type.tag)->as_string();
  for (const QapiBranch& branch : type.branches)
    if (branch.value == tag) return check_members(*branch.type, object, place, expected);
  return std::nullopt;
}

Mistake check_object(const QapiType& type, const Value& value, const Place& place) {
  if (!value.is_object()) return wrong_type(place, "object");
  Names expected;
  if (Mistake mistake = check_members(type, value, place, expected)) return mistake;
  return unexpected_member(expected, value, place);
}

Mistake check_array(const QapiType& type, const Value& value, const Place& place) {
  if (!value.is_array()) return wrong_type(place, "array");
  if (type.element->builtin == QapiBuiltin::any && type.element->meta == QapiMeta::builtin)
    return std::nullopt;
  for (std::size_t i = 0; i < value.items().size(); ++i)
    if (Mistake mistake = check(*type.element, value.items()[i], item_place(place, i))) return mistake;
  return std::nullopt;
}

/// Whether JSON's type of the value is that of `type`.
bool is_alternative(const QapiType& type, const Value& value) {
  switch (type.meta) {
    case QapiMeta::object:
      return value.is_object();
    case QapiMeta::array:
      return value.is_array();
    case QapiMeta::enumeration:
      return value.is_string();
    default:
      return !check_builtin(type.builtin, value, {});
  }
}

Mistake check_alternate(const QapiType& type, const Value& value, const Place& place) {
  for (const QapiMember& alternative : type.members)
    if (is_alternative(*alternative.type, value)) return check(*alternative.type, value, place);
  return wrong_type({std::string(place.leaf), place.leaf}, type.name);
}

Mistake check(const QapiType& type, const Value& value, const Place& place) {
  switch (type.meta) {
    case QapiMeta::enumeration:
      return check_enumeration(type, value, place);
    case QapiMeta::array:
      return check_array(type, value, place);
    case QapiMeta::object:
      return check_object(type, value, place);
    case QapiMeta::alternate:
      return check_alternate(type, value, place);
    case QapiMeta::builtin:
      break;
  }
  return check_builtin(type.builtin, value, place);
}

}  // namespace

std::optional<std::string> check_arguments(const ArgumentShape& shape, const Value& arguments) {
  return check_object(shape.type(), arguments, {});
}

}  // namespace qmpev
