// SPDX-License-Identifier: MIT
// Where on its line an event that is kept says what it is about: the labels of the members of its keep_key,
// found in the tables when the program is built, so that whoever holds only the line can tell two keys apart.
// Relies on the generated tables. Any thread: constants.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "event/event_tables.hpp"

namespace qmpev {

/// Members that one event is about at most.
inline constexpr std::size_t kMaxKeepMembers = 2;

/// As they stand on the line, `"slot-type": `; empty behind the last, and all of a kind that has one key.
using KeepLabels = std::array<std::string_view, kMaxKeepMembers>;

namespace detail {

template <class Owner, class T, class Wanted>
constexpr std::string_view label_if(const DescribedMember<Owner, T>& candidate, Wanted wanted) noexcept {
  if constexpr (std::is_same_v<Wanted, T Owner::*>) {
    if (candidate.pointer == wanted) return candidate.label.substr(std::string_view(", ").size());
  }
  return {};
}

template <class Form, class Wanted>
constexpr std::string_view label_of(Wanted wanted) noexcept {
  std::string_view found;
  std::apply(
      [&](const auto&... candidate) { ((found = found.empty() ? label_if(candidate, wanted) : found), ...); },
      Form::members);
  return found;
}

template <class Event, WireForm form>
constexpr KeepLabels keep_labels() noexcept {
  KeepLabels labels{};
  std::size_t count = 0;
  std::apply(
      [&](const auto&... pointer) {
        static_assert(sizeof...(pointer) <= kMaxKeepMembers);
        ((labels[count++] = label_of<FormOf<Event, form>>(pointer)), ...);
      },
      Describe<Event>::keep_key);
  return labels;
}

}  // namespace detail

/// By EventKind and WireForm.
#define QMPEV_KEEP_LABELS(Event)                                                       \
  std::array<KeepLabels, kWireForms>{detail::keep_labels<Event, WireForm::document>(), \
                                     detail::keep_labels<Event, WireForm::qemu>()},
inline constexpr std::array<std::array<KeepLabels, kWireForms>, kEventKinds> kKeepLabels{
    QMPEV_FOR_EACH_EVENT(QMPEV_KEEP_LABELS)};
#undef QMPEV_KEEP_LABELS

}  // namespace qmpev
