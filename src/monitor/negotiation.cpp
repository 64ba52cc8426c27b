// SPDX-License-Identifier: MIT
#include "monitor/negotiation.hpp"

#include <optional>
#include <string>

#include "wire/arguments.hpp"

namespace qmpev {
namespace {

/// The one capability QMP knows: out-of-band execution.
constexpr std::string_view kOob = "oob";

/// The first mistake in the list, in its order.
std::optional<std::string> item_mistake(const Value::Items& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].is_string()) {
      return "Invalid parameter type for 'enable[" + std::to_string(i) + "]', expected: string";
    }
    // QEMU has no name for an item of a list here, and its clients have seen this sentence for years.
    if (items[i].as_string() != kOob) {
      return "Parameter 'null' does not accept value '" + items[i].as_string() + "'";
    }
  }
  return std::nullopt;
}

/// The items' mistakes come before a member that has no business here.
std::optional<std::string> mistake_in(const Value& arguments) {
  const Value* enable = arguments.find("enable");
  if (enable != nullptr && enable->is_array()) {
    if (std::optional<std::string> mistake = item_mistake(enable->items())) return mistake;
  }
  return check_arguments({{"enable", Argument::Type::array, true}}, arguments);
}

}  // namespace

CommandResult negotiate(const Value& arguments, bool negotiated) {
  if (std::optional<std::string> mistake = mistake_in(arguments)) {
    return CommandError{ErrorClass::generic_error, *mistake};
  }
  if (negotiated) {
    return CommandError{ErrorClass::command_not_found,
                        "Capabilities negotiation is already complete, command ignored"};
  }
  return Value::object();
}

bool enables_oob(const Value& arguments) {
  const Value* enable = arguments.find("enable");
  return enable != nullptr && !enable->items().empty();  // there is no other capability
}

}  // namespace qmpev
