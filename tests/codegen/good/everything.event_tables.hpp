// SPDX-License-Identifier: MIT
// Generated from everything.json; do not edit. Every event as data, for the code that walks events without
// knowing one. Any thread: constants.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include <qmpev/events.hpp>

#include "event/describe.hpp"

namespace qmpev {

template <>
struct Describe<EventKind> {
  static constexpr std::array<std::string_view, 3> names{
      "LAMP_CHANGE",
      "LAMP_SEEN",
      "LIGHTS_OUT",
  };
};

template <>
struct Describe<LampColour> {
  static constexpr std::array<std::string_view, 2> names{
      "red",
      "blue-green",
  };
};

template <>
struct Describe<AddressKind> {
  static constexpr std::array<std::string_view, 2> names{
      "inet",
      "unix",
  };
};

template <>
struct Describe<InetAddress> {
  static constexpr bool one_form = true;
  struct DocumentForm {
    static constexpr auto members =
        std::make_tuple(
            member(&InetAddress::host, ", \"host\": ", TextLimit{TextRule::identifier, 64}));
  };
  using QemuForm = DocumentForm;
};

template <>
struct Describe<UnixAddress> {
  static constexpr bool one_form = true;
  struct DocumentForm {
    static constexpr auto members =
        std::make_tuple(
            member(&UnixAddress::abstract, ", \"abstract\": "),
            member(&UnixAddress::path, ", \"path\": ", TextLimit{TextRule::identifier, 107}));
  };
  using QemuForm = DocumentForm;
};

template <>
struct Describe<Address> {
  static constexpr bool one_form = true;
  struct DocumentForm {
    static constexpr auto branches = std::make_tuple(
        std::make_tuple(
            member(&InetAddress::host, ", \"host\": ", TextLimit{TextRule::identifier, 64}),
            constant(", \"type\": \"inet\"")),
        std::make_tuple(
            member(&UnixAddress::abstract, ", \"abstract\": "),
            member(&UnixAddress::path, ", \"path\": ", TextLimit{TextRule::identifier, 107}),
            constant(", \"type\": \"unix\"")));
  };
  using QemuForm = DocumentForm;
};

template <>
struct Describe<LampState> {
  static constexpr bool one_form = false;
  struct DocumentForm {
    static constexpr auto members =
        std::make_tuple(
            member(&LampState::watts, ", \"power\": "),
            member(&LampState::colour, ", \"colour\": "),
            member(&LampState::size, ", \"size\": "),
            member(&LampState::lamp, ", \"lamp\": ", TextLimit{TextRule::identifier, 31}));
  };
  struct QemuForm {
    static constexpr auto members =
        std::make_tuple(
            member(&LampState::watts, ", \"watts\": "),
            member(&LampState::colour, ", \"colour\": "),
            member(&LampState::size, ", \"size\": "),
            member(&LampState::lamp, ", \"lamp\": ", TextLimit{TextRule::identifier, 31}));
  };
};

template <>
struct Describe<LampChange> {
  static constexpr EventKind kind = EventKind::lamp_change;
  static constexpr std::string_view name = "LAMP_CHANGE";
  static constexpr bool one_form = false;
  static constexpr std::size_t max_line_bytes = 379;
  static constexpr std::uint32_t rate_limit_ms = 250;
  static constexpr auto key = &LampChange::lamp;
  static constexpr bool keep = true;
  static constexpr auto keep_key = std::make_tuple(&LampChange::lamp);
  struct DocumentForm {
    static constexpr std::string_view head = "}, \"event\": \"LAMP_CHANGE\", \"data\": {";
    static constexpr std::string_view tail = "}}\r\n";
    static constexpr auto members =
        std::make_tuple(
            member(&LampChange::watts, ", \"power\": "),
            member(&LampChange::colour, ", \"colour\": "),
            member(&LampChange::size, ", \"size\": "),
            member(&LampChange::lamp, ", \"lamp\": ", TextLimit{TextRule::identifier, 31}));
  };
  struct QemuForm {
    static constexpr std::string_view head = "}, \"event\": \"LAMP_CHANGE\", \"data\": {\"lamp\": {";
    static constexpr std::string_view tail = "}}}\r\n";
    static constexpr auto members =
        std::make_tuple(
            member(&LampChange::watts, ", \"watts\": "),
            member(&LampChange::colour, ", \"colour\": "),
            member(&LampChange::size, ", \"size\": "),
            member(&LampChange::lamp, ", \"lamp\": ", TextLimit{TextRule::identifier, 31}));
  };
};

template <>
struct Describe<LampSeen> {
  static constexpr EventKind kind = EventKind::lamp_seen;
  static constexpr std::string_view name = "LAMP_SEEN";
  static constexpr bool one_form = false;
  static constexpr std::size_t max_line_bytes = 2640;
  static constexpr std::uint32_t rate_limit_ms = 0;
  static constexpr auto key = nullptr;
  static constexpr bool keep = false;
  static constexpr auto keep_key = std::make_tuple();
  struct DocumentForm {
    static constexpr std::string_view head = "}, \"event\": \"LAMP_SEEN\", \"data\": {";
    static constexpr std::string_view tail = "}}\r\n";
    static constexpr auto members =
        std::make_tuple(
            member(&LampSeen::from, ", \"from\": "),
            member(&LampSeen::before, ", \"before\": "),
            member(&LampSeen::distance, ", \"distance\": "));
  };
  struct QemuForm {
    static constexpr std::string_view head = "}, \"event\": \"LAMP_SEEN\", \"data\": {";
    static constexpr std::string_view tail = "}}\r\n";
    static constexpr auto members =
        std::make_tuple(
            member(&LampSeen::from, ", \"from\": "),
            member(&LampSeen::remark, ", \"remark\": ", TextLimit{TextRule::prose, 255}),
            member(&LampSeen::before, ", \"before\": "),
            member(&LampSeen::distance, ", \"distance\": "));
  };
};

template <>
struct Describe<LightsOut> {
  static constexpr EventKind kind = EventKind::lights_out;
  static constexpr std::string_view name = "LIGHTS_OUT";
  static constexpr bool one_form = true;
  static constexpr std::size_t max_line_bytes = 90;
  static constexpr std::uint32_t rate_limit_ms = 0;
  static constexpr auto key = nullptr;
  static constexpr bool keep = true;
  static constexpr auto keep_key = std::make_tuple();
  struct DocumentForm {
    static constexpr std::string_view head = "}, \"event\": \"LIGHTS_OUT\"";
    static constexpr std::string_view tail = "}\r\n";
    static constexpr auto members =
        std::make_tuple();
  };
  using QemuForm = DocumentForm;
};

/// All event types, in the order of EventKind.
using AllEvents = std::tuple<
    LampChange,
    LampSeen,
    LightsOut>;

/// The same facts by EventKind.
inline constexpr std::array<EventInfo, kEventKinds> kEventInfo{
    event_info<LampChange>(),
    event_info<LampSeen>(),
    event_info<LightsOut>(),
};

/// Expands M(Type) for every event type.
#define QMPEV_FOR_EACH_EVENT(M) \
  M(LampChange) \
  M(LampSeen) \
  M(LightsOut)

}  // namespace qmpev
