// SPDX-License-Identifier: MIT
// The types of QAPI as plain data: what a command takes and gives, what an event carries. The generator
// writes tables of them from the schema (wire/qapi_tables.hpp), an embedder's arguments become some at run
// time (wire/argument_shape.hpp); arguments are checked against them and introspection tells them. Any
// thread: constants.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace qmpev {

struct QapiType;

enum class QapiMeta : std::uint8_t {
  builtin,
  enumeration,
  array,
  object,    ///< a struct; with branches: a union
  alternate  ///< one of several types, which JSON's tells apart
};

enum class QapiBuiltin : std::uint8_t {
  string,
  boolean,
  integer,  ///< 64 bits, signed
  int8,
  int16,
  int32,
  uint8,
  uint16,
  uint32,
  uint64,  ///< QEMU's `size`, too
  number,
  null,
  any,
  any_object,  ///< not QAPI's: an object whose members nobody has declared
};

struct QapiMember {
  std::string_view name;  ///< of an alternate: none
  const QapiType* type;
  bool optional = false;
};

/// What a union has besides when its tag has this value.
struct QapiBranch {
  std::string_view value;
  const QapiType* type;
};

/// Everything is borrowed from whoever made the type.
struct QapiType {
  QapiMeta meta = QapiMeta::builtin;
  std::string_view name{};  ///< for sentences and readers of the code; clients are never told
  QapiBuiltin builtin = QapiBuiltin::any;
  const QapiType* element = nullptr;           ///< of an array
  std::span<const std::string_view> values{};  ///< of an enumeration
  std::span<const QapiMember> members{};       ///< of an object, or an alternate's types
  std::string_view tag{};                      ///< of a union: one of the members
  std::span<const QapiBranch> branches{};      ///< of a union; a value without one adds nothing
};

namespace qapi {
inline constexpr QapiType string{.name = "str", .builtin = QapiBuiltin::string};
inline constexpr QapiType boolean{.name = "bool", .builtin = QapiBuiltin::boolean};
inline constexpr QapiType integer{.name = "int", .builtin = QapiBuiltin::integer};
inline constexpr QapiType int8{.name = "int8", .builtin = QapiBuiltin::int8};
inline constexpr QapiType int16{.name = "int16", .builtin = QapiBuiltin::int16};
inline constexpr QapiType int32{.name = "int32", .builtin = QapiBuiltin::int32};
inline constexpr QapiType uint8{.name = "uint8", .builtin = QapiBuiltin::uint8};
inline constexpr QapiType uint16{.name = "uint16", .builtin = QapiBuiltin::uint16};
inline constexpr QapiType uint32{.name = "uint32", .builtin = QapiBuiltin::uint32};
inline constexpr QapiType uint64{.name = "uint64", .builtin = QapiBuiltin::uint64};
inline constexpr QapiType number{.name = "number", .builtin = QapiBuiltin::number};
inline constexpr QapiType null{.name = "null", .builtin = QapiBuiltin::null};
inline constexpr QapiType any{.name = "any", .builtin = QapiBuiltin::any};
inline constexpr QapiType any_object{.name = "object", .builtin = QapiBuiltin::any_object};
inline constexpr QapiType any_array{.meta = QapiMeta::array, .name = "array", .element = &any};
/// No members: what a command without arguments takes, and one without an answer gives.
inline constexpr QapiType empty{.meta = QapiMeta::object, .name = "empty"};
}  // namespace qapi

}  // namespace qmpev
