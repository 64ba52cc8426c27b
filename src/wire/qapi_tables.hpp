// SPDX-License-Identifier: MIT
// The schema's commands and events with their types: what the generator writes (src/codegen/qapi_tables.py),
// for whoever checks arguments or tells clients what there is. Any thread: constants.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <qmpev/events.hpp>
#include <qmpev/wire_form.hpp>

#include "wire/qapi_type.hpp"

namespace qmpev {

struct QapiCommand {
  std::string_view name;
  const QapiType* arguments;  ///< an object
  const QapiType* returns;    ///< an empty object where nothing is to be said
  bool allow_oob;
  bool allow_preconfig;
  std::span<const std::string_view> features;  ///< marks such as "unstable"
};

struct QapiEvent {
  std::string_view name;
  std::array<const QapiType*, kWireForms> data;  ///< an object, for each wire form
  std::span<const std::string_view> features;
};

/// In the order of the alphabet. The program's commands are among them: whether a server has one is the
/// dispatcher's to say.
extern const std::span<const QapiCommand> kQapiCommands;
/// By EventKind.
extern const std::span<const QapiEvent> kQapiEvents;

/// Null: the schema has none of that name.
inline const QapiCommand* find_qapi_command(std::string_view name) noexcept {
  const auto found = std::lower_bound(
      kQapiCommands.begin(), kQapiCommands.end(), name,
      [](const QapiCommand& command, std::string_view wanted) { return command.name < wanted; });
  return found != kQapiCommands.end() && found->name == name ? &*found : nullptr;
}

}  // namespace qmpev
