// SPDX-License-Identifier: MIT
// How an event is described to code that knows no event: Describe<T> is specialised by the generated tables
// for every event and every type an event carries, and whoever walks it (encoder, throttle) needs no `if`
// about one of them.
//
// An event:  kind, name, one_form, max_line_bytes, rate_limit_ms, key, keep, keep_key, and for each wire form
//            head (from behind the stamp up to the first member), members, tail (up to CR LF).
// A struct:  one_form, and members for each wire form. Members are tuples in wire order.
// A union:   a std::variant; branches for each wire form, a tuple of members (with the tag as constant) per
// alternative. An enum:   names, by value. Relies on nothing but the standard library and <qmpev/...>. Any
// thread: constants.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>

#include <qmpev/events.hpp>
#include <qmpev/wire_form.hpp>

namespace qmpev {

template <class T>
struct Describe;

/// What happens to a text that is too long: an identifier is never cut, its event is refused; prose is cut.
enum class TextRule : std::uint8_t { identifier, prose };

struct TextLimit {
  TextRule rule = TextRule::identifier;
  std::uint16_t bytes = 0;
};

/// One member of an object on the wire. `label` is `, "node-name": `, comma included.
template <class Owner, class T>
struct DescribedMember {
  T Owner::*pointer;
  std::string_view label;
  TextLimit limit;
};

template <class Owner, class T>
constexpr DescribedMember<Owner, T> member(T Owner::*pointer, std::string_view label,
                                           TextLimit limit = {}) noexcept {
  return {pointer, label, limit};
}

/// A member whose value the type says already: the tag of a union, `, "type": "s390"`.
struct Constant {
  std::string_view text;
};

constexpr Constant constant(std::string_view text) noexcept {
  return {text};
}

namespace detail {

template <class T, WireForm form>
struct SelectForm;
template <class T>
struct SelectForm<T, WireForm::document> {
  using Type = typename Describe<T>::DocumentForm;
};
template <class T>
struct SelectForm<T, WireForm::qemu> {
  using Type = typename Describe<T>::QemuForm;
};

}  // namespace detail

/// The tables of T in one wire form.
template <class T, WireForm form>
using FormOf = typename detail::SelectForm<T, form>::Type;

template <class T>
inline constexpr bool is_optional_v = false;
template <class T>
inline constexpr bool is_optional_v<std::optional<T>> = true;

template <class T>
inline constexpr bool is_variant_v = false;
template <class... T>
inline constexpr bool is_variant_v<std::variant<T...>> = true;

/// The word for a value on the wire; empty for a number that is no value of the enum.
template <class Enum>
requires std::is_enum_v<Enum>
constexpr std::string_view wire_name(Enum value) noexcept {
  const auto index = static_cast<std::size_t>(value);
  return index < Describe<Enum>::names.size() ? Describe<Enum>::names[index] : std::string_view{};
}

/// The facts of a kind for code that has no event in hand.
struct EventInfo {
  std::string_view name;
  std::uint32_t rate_limit_ms;  ///< 0: none
  bool keyed;                   ///< one rate window for each value of a member, else one for the kind
  bool keep;                    ///< the newest line is told to a session that lost events
  bool one_form;                ///< both wire forms are the same bytes
  bool has_members;             ///< the line has `data`
  std::size_t max_line_bytes;   ///< CR LF included, over both forms
};

template <class Event>
constexpr EventInfo event_info() noexcept {
  using D = Describe<Event>;
  constexpr bool keyed = !std::is_null_pointer_v<std::remove_const_t<decltype(D::key)>>;
  constexpr bool has_members = std::tuple_size_v<std::remove_const_t<decltype(D::QemuForm::members)>> != 0;
  return {D::name, D::rate_limit_ms, keyed, D::keep, D::one_form, has_members, D::max_line_bytes};
}

}  // namespace qmpev
