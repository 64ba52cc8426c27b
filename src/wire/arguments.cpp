// SPDX-License-Identifier: MIT
#include "wire/arguments.hpp"

#include <algorithm>
#include <string_view>

#include <glib.h>

#include "wire/member_order.hpp"

namespace qmpev {
namespace {

bool has_type(const Value& value, Argument::Type type) {
  switch (type) {
    case Argument::Type::integer:
      return value.kind() == Value::Kind::int64;
    case Argument::Type::string:
      return value.is_string();
    case Argument::Type::boolean:
      return value.is_bool();
    case Argument::Type::array:
      return value.is_array();
    case Argument::Type::object:
      return value.is_object();
    case Argument::Type::any:
      return true;
  }
  return false;
}

std::string_view type_word(Argument::Type type) {
  switch (type) {
    case Argument::Type::integer:
      return "integer";
    case Argument::Type::string:
      return "string";
    case Argument::Type::boolean:
      return "boolean";
    case Argument::Type::array:
      return "array";
    case Argument::Type::object:
      return "object";
    case Argument::Type::any:
      break;
  }
  return "any";
}

std::optional<std::string> mistake_in(const Argument& argument, const Value& arguments) {
  const Value* value = arguments.find(argument.name);
  if (value == nullptr) {
    if (argument.optional) return std::nullopt;
    return "Parameter '" + argument.name + "' is missing";
  }
  if (has_type(*value, argument.type)) return std::nullopt;
  return "Invalid parameter type for '" + argument.name +
         "', expected: " + std::string(type_word(argument.type));
}

/// A request with more members is not asked after in the order of GLib's table: names can be chosen so that
/// all collide there, and a million of them would hold the loop for hours.
constexpr std::size_t kMaxTableMembers = 256;

bool is_specified(const std::vector<Argument>& specification, std::string_view name) {
  return std::any_of(specification.begin(), specification.end(),
                     [name](const Argument& argument) { return argument.name == name; });
}

std::string unexpected(const Member& member) {
  return "Parameter '" + member.name + "' is unexpected";
}

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

/// Of several members that are not specified QEMU names the one that comes first in a GLib hash table, filled
/// in wire order and emptied in that of the specification. Asking such a table is simpler than describing its
/// order.
std::optional<std::string> unexpected_member(const std::vector<Argument>& specification,
                                             const Value& arguments) {
  const auto members = wire_order(arguments.members());
  if (members.size() > kMaxTableMembers) {
    const auto first = std::find_if(members.begin(), members.end(), [&specification](const Member* member) {
      return !is_specified(specification, member->name);
    });
    return first != members.end() ? std::optional(unexpected(**first)) : std::nullopt;
  }
  GHashTable* names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, nullptr);
  for (const Member* member : members) {
    g_hash_table_insert(names, g_strdup(c_spelling(member->name).c_str()), const_cast<Member*>(member));
  }
  for (const Argument& argument : specification) g_hash_table_remove(names, argument.name.c_str());

  std::optional<std::string> mistake;
  GHashTableIter iterator;
  gpointer member = nullptr;
  g_hash_table_iter_init(&iterator, names);
  if (g_hash_table_iter_next(&iterator, nullptr, &member)) {
    mistake = unexpected(*static_cast<const Member*>(member));
  }
  g_hash_table_destroy(names);
  return mistake;
}

}  // namespace

std::optional<std::string> check_arguments(const std::vector<Argument>& specification,
                                           const Value& arguments) {
  for (const Argument& argument : specification) {
    if (std::optional<std::string> mistake = mistake_in(argument, arguments)) return mistake;
  }
  return unexpected_member(specification, arguments);
}

}  // namespace qmpev
