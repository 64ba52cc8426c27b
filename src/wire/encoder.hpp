// SPDX-License-Identifier: MIT
// One event as one line of JSON with CR LF, in a wire form. A single walker over the generated tables: it
// knows objects, texts, numbers, words and options, and no event.
//
// The walker has two passes. fits() looks whether every identifier is within its limit and every enum value
// has a word, in both forms, so that a form never decides whether an event is sent. The second pass writes
// and cannot fail: literals come rendered from the generator, and the generator has proven that the longest
// line has room.
//
// Relies on event/describe.hpp and wire/escape.hpp. Never allocates, never throws, reads no locale. Any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "event/describe.hpp"
#include "wire/decimal.hpp"
#include "wire/escape.hpp"
#include "wire/utf8.hpp"

namespace qmpev {

/// The longest event line; Proxmox's qmeventd reads no longer one.
inline constexpr std::size_t kMaxLineBytes = 4096;

namespace detail {

inline constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;

/// The comma and the blank that a label begins with, left out for the first member of an object.
inline constexpr std::size_t kCommaBytes = 2;

inline bool text_fits(std::string_view text, TextLimit limit) noexcept {
  return limit.rule == TextRule::prose || text.size() <= limit.bytes;
}

template <WireForm form, class T>
bool value_fits(const T& value, TextLimit limit) noexcept;

template <WireForm form, class Table, class Owner>
bool members_fit(const Table& members, const Owner& owner) noexcept {
  return std::apply(
      [&owner](const auto&... entry) {
        const auto one_fits = [&owner](const auto& described) {
          if constexpr (std::is_same_v<std::decay_t<decltype(described)>, Constant>) {
            return true;
          } else {
            return value_fits<form>(owner.*described.pointer, described.limit);
          }
        };
        static_cast<void>(one_fits);  // unused where there are no members
        static_cast<void>(owner);
        return (one_fits(entry) && ...);
      },
      members);
}

template <WireForm form, std::size_t index = 0, class... T>
bool branch_fits(const std::variant<T...>& value) noexcept {
  if constexpr (index < sizeof...(T)) {
    const auto* branch = std::get_if<index>(&value);
    if (branch == nullptr) return branch_fits<form, index + 1>(value);
    return members_fit<form>(std::get<index>(FormOf<std::variant<T...>, form>::branches), *branch);
  } else {
    return false;
  }
}

template <WireForm form, class T>
bool value_fits(const T& value, TextLimit limit) noexcept {
  if constexpr (is_optional_v<T>) {
    return !value.has_value() || value_fits<form>(*value, limit);
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    return text_fits(value, limit);
  } else if constexpr (std::is_enum_v<T>) {
    return !wire_name(value).empty();
  } else if constexpr (std::is_arithmetic_v<T>) {
    return true;
  } else if constexpr (is_variant_v<T>) {
    return branch_fits<form>(value);
  } else {
    return members_fit<form>(FormOf<T, form>::members, value);
  }
}

inline char* put(std::string_view text, char* out) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

template <class Integer>
char* put_integer(Integer value, char* out) noexcept {
  using Widest = std::conditional_t<std::is_signed_v<Integer>, std::int64_t, std::uint64_t>;
  return put_decimal(Widest{value}, out);
}

inline char* put_text(std::string_view text, TextLimit limit, char* out) noexcept {
  if (text.size() > limit.bytes) text = text.substr(0, cut_at_character(text, limit.bytes));
  *out++ = '"';
  out += escape(text, out);
  *out++ = '"';
  return out;
}

template <WireForm form, class T>
char* put_value(const T& value, TextLimit limit, char* out) noexcept;

/// One member or constant; `first` says whether the object is still empty. The table entry is a constant
/// expression, so that a label is copied with its length known.
template <WireForm form, const auto& members, std::size_t index, class Owner>
char* put_member(const Owner& owner, bool& first, char* out) noexcept {
  constexpr auto entry = std::get<index>(members);
  const auto put_label = [&first](std::string_view label, char* at) {
    if (first) label.remove_prefix(kCommaBytes);
    first = false;
    return put(label, at);
  };
  if constexpr (std::is_same_v<std::remove_const_t<decltype(entry)>, Constant>) {
    return put_label(entry.text, out);
  } else {
    const auto& value = owner.*entry.pointer;
    if constexpr (is_optional_v<std::decay_t<decltype(value)>>) {
      return value ? put_value<form>(*value, entry.limit, put_label(entry.label, out)) : out;
    } else {
      return put_value<form>(value, entry.limit, put_label(entry.label, out));
    }
  }
}

template <WireForm form, const auto& members, class Owner, std::size_t... index>
char* put_members(const Owner& owner, char* out, std::index_sequence<index...>) noexcept {
  bool first = true;
  ((out = put_member<form, members, index>(owner, first, out)), ...);
  static_cast<void>(owner);
  static_cast<void>(first);
  return out;
}

template <WireForm form, const auto& members, class Owner>
char* put_members(const Owner& owner, char* out) noexcept {
  constexpr std::size_t count = std::tuple_size_v<std::remove_cvref_t<decltype(members)>>;
  return put_members<form, members>(owner, out, std::make_index_sequence<count>());
}

template <WireForm form, std::size_t index = 0, class... T>
char* put_branch(const std::variant<T...>& value, char* out) noexcept {
  if constexpr (index < sizeof...(T)) {
    static constexpr auto members = std::get<index>(FormOf<std::variant<T...>, form>::branches);
    const auto* branch = std::get_if<index>(&value);
    if (branch == nullptr) return put_branch<form, index + 1>(value, out);
    return put_members<form, members>(*branch, out);
  } else {
    return out;
  }
}

template <WireForm form, class T>
char* put_value(const T& value, TextLimit limit, char* out) noexcept {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return put_text(value, limit, out);
  } else if constexpr (std::is_same_v<T, bool>) {
    return put(value ? std::string_view("true") : std::string_view("false"), out);
  } else if constexpr (std::is_enum_v<T>) {
    *out++ = '"';
    out = put(wire_name(value), out);
    *out++ = '"';
    return out;
  } else if constexpr (std::is_integral_v<T>) {
    return put_integer(value, out);
  } else {
    *out++ = '{';
    if constexpr (is_variant_v<T>) {
      out = put_branch<form>(value, out);
    } else {
      out = put_members<form, FormOf<T, form>::members>(value, out);
    }
    *out++ = '}';
    return out;
  }
}

/// Clients read seconds as an unsigned number, and QEMU's own -1 for a clock that failed ends some of them:
/// an instant before 1970 is sent as 0. Microseconds are a plain number, not padded.
inline char* put_stamp(std::int64_t wall_us, char* out) noexcept {
  const auto instant = static_cast<std::uint64_t>(wall_us < 0 ? 0 : wall_us);
  out = put(R"({"timestamp": {"seconds": )", out);
  out = put_integer(instant / kMicrosecondsPerSecond, out);
  out = put(R"(, "microseconds": )", out);
  return put_integer(static_cast<std::uint32_t>(instant % kMicrosecondsPerSecond), out);
}

template <WireForm form, class Event>
std::size_t put_line(std::int64_t wall_us, const Event& event, char* line) noexcept {
  using Form = FormOf<Event, form>;
  char* out = put(Form::head, put_stamp(wall_us, line));
  out = put(Form::tail, put_members<form, Form::members>(event, out));
  return static_cast<std::size_t>(out - line);
}

}  // namespace detail

/// Whether `event` can be sent: no identifier over its limit, no enum value without a word. The same for
/// every form.
template <class Event>
bool fits(const Event& event) noexcept {
  using detail::members_fit;
  constexpr auto document = WireForm::document;
  constexpr auto qemu = WireForm::qemu;
  if constexpr (Describe<Event>::one_form) return members_fit<qemu>(FormOf<Event, qemu>::members, event);
  return members_fit<qemu>(FormOf<Event, qemu>::members, event) &&
         members_fit<document>(FormOf<Event, document>::members, event);
}

/// Writes `event`, stamped with `wall_us` (microseconds since 1970), into `line`, which has room for
/// Describe<Event>::max_line_bytes. Returns the length, CR LF included; 0, in every form, if the event does
/// not fit().
template <class Event>
std::size_t encode(WireForm form, std::int64_t wall_us, const Event& event, char* line) noexcept {
  static_assert(Describe<Event>::max_line_bytes <= kMaxLineBytes);
  if (!fits(event)) return 0;
  if (Describe<Event>::one_form || form == WireForm::qemu) {
    return detail::put_line<WireForm::qemu>(wall_us, event, line);
  }
  return detail::put_line<WireForm::document>(wall_us, event, line);
}

}  // namespace qmpev
