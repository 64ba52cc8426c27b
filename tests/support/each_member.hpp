// SPDX-License-Identifier: MIT
// The members of an event's struct in the order of its declaration, which is the schema's. Reads the structs
// of <qmpev/events.hpp> themselves and takes from the tables only how many members there are, so that a table
// with a wrong pointer or name is found out by whoever compares.
#pragma once

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <type_traits>

#include "event/event_tables.hpp"

namespace qmpev::test {

template <class Form>
inline constexpr std::size_t kTableSize = std::tuple_size_v<std::remove_const_t<decltype(Form::members)>>;

template <class T>
inline constexpr std::size_t kMemberCount = std::max(kTableSize<typename Describe<T>::DocumentForm>,
                                                     kTableSize<typename Describe<T>::QemuForm>);

template <class F, class... Members>
void call_each(F& f, Members&... members) {
  (f(members), ...);
}

/// Calls f(member) for each.
template <class T, class F>
void each_member(T& object, F&& f) {
  constexpr std::size_t count = kMemberCount<std::remove_const_t<T>>;
  static_assert(count <= 8, "add a line below");
  static_cast<void>(object);
  static_cast<void>(f);
  if constexpr (count == 1) {
    auto& [a] = object;
    call_each(f, a);
  } else if constexpr (count == 2) {
    auto& [a, b] = object;
    call_each(f, a, b);
  } else if constexpr (count == 3) {
    auto& [a, b, c] = object;
    call_each(f, a, b, c);
  } else if constexpr (count == 4) {
    auto& [a, b, c, d] = object;
    call_each(f, a, b, c, d);
  } else if constexpr (count == 5) {
    auto& [a, b, c, d, e] = object;
    call_each(f, a, b, c, d, e);
  } else if constexpr (count == 6) {
    auto& [a, b, c, d, e, g] = object;
    call_each(f, a, b, c, d, e, g);
  } else if constexpr (count == 7) {
    auto& [a, b, c, d, e, g, h] = object;
    call_each(f, a, b, c, d, e, g, h);
  } else if constexpr (count == 8) {
    auto& [a, b, c, d, e, g, h, i] = object;
    call_each(f, a, b, c, d, e, g, h, i);
  }
}

}  // namespace qmpev::test
