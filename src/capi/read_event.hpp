// SPDX-License-Identifier: MIT
// How one member of a C struct is read. The generated code names the members; here stands what reading means:
// a member that the caller's `size` does not reach is not there; a required one that is not there, a null
// pointer for one, or a number that is no value of an enum, ends the event as a counted refusal.
// Nothing throws, nothing allocates. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "capi/emitter_handle.hpp"
#include "event/event_tables.hpp"

namespace qmpev {

/// Whether the caller's struct is long enough to hold all of a member.
template <class From, class T>
bool reaches(const From& from, T From::*member) noexcept {
  const auto* start = reinterpret_cast<const std::byte*>(&from);
  const auto* end = reinterpret_cast<const std::byte*>(&(from.*member)) + sizeof(T);
  return from.size >= static_cast<std::size_t>(end - start);
}

/// Numbers and truth values are what they are.
template <class T>
requires std::is_arithmetic_v<T>
bool take(T from, T& to) noexcept {
  to = from;
  return true;
}

template <class Enum>
requires std::is_enum_v<Enum>
bool take(std::uint32_t from, Enum& to) noexcept {
  if (from >= Describe<Enum>::names.size()) return false;
  to = static_cast<Enum>(from);
  return true;
}

inline bool take(const char* from, std::string_view& to) noexcept {
  if (from == nullptr) return false;
  to = from;
  return true;
}

/// A struct inside a struct; convert() is generated for each.
template <class From, class To>
requires std::is_class_v<From>
bool take(const From* from, To& to) noexcept {
  return from != nullptr && convert(*from, to);
}

template <class From, class T, class To>
bool read_required(const From& from, T From::*member, To& to) noexcept {
  return reaches(from, member) && take(from.*member, to);
}

/// An optional member is a pointer in C: a text or a struct is taken as it is, anything else from behind it.
template <class From, class T, class To>
bool read_optional(const From& from, const T* From::*member, std::optional<To>& to) noexcept {
  if (!reaches(from, member) || from.*member == nullptr) return true;
  if constexpr (std::is_class_v<T> || std::is_same_v<T, char>) {
    return take(from.*member, to.emplace());
  } else {
    return take(*(from.*member), to.emplace());
  }
}

/// The whole way of an event from C; without an emitter there is nobody to tell and nothing is done.
template <class Event, class From>
void emit_from_c(const qmpev_emitter* handle, const From* from) noexcept {
  const Emitter* emitter = emitter_of(handle);
  if (emitter == nullptr) return;
  Event event{};
  if (from == nullptr || !convert(*from, event)) return emitter->count_invalid(Describe<Event>::kind);
  emitter->emit(event);
}

}  // namespace qmpev
