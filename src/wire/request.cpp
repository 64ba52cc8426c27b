// SPDX-License-Identifier: MIT
#include "wire/request.hpp"

#include <string_view>
#include <utility>

#include "wire/member_order.hpp"

namespace qmpev {
namespace {

constexpr std::string_view kExecute = "execute";
constexpr std::string_view kExecOob = "exec-oob";

bool names_command(std::string_view member, bool oob) {
  return member == kExecute || (oob && member == kExecOob);
}

std::string says(std::string_view member, const std::string& what) {
  return "QMP input member '" + std::string(member) + "' " + what;
}

/// What is wrong with one member, empty when nothing is. `command`: the member before it that names the
/// command.
std::string member_mistake(const Member& member, const Member* command, bool oob) {
  if (names_command(member.name, oob)) {
    if (!member.value.is_string()) return says(member.name, "must be a string");
    return command == nullptr ? "" : says(member.name, "clashes with '" + command->name + "'");
  }
  if (member.name == "arguments") {
    return member.value.is_object() ? "" : says(member.name, "must be an object");
  }
  if (member.name == "id") return "";
  return says(member.name, "is unexpected");
}

/// The first mistake of a request object, empty when it is well-formed.
std::string first_mistake(const Value& message, bool oob) {
  const Member* command = nullptr;
  for (const Member* member : wire_order(message.members())) {
    std::string mistake = member_mistake(*member, command, oob);
    if (!mistake.empty()) return mistake;
    if (names_command(member->name, oob)) command = member;
  }
  return command != nullptr ? "" : "QMP input lacks member 'execute'";
}

std::optional<Value> take(Value& message, std::string_view name) {
  if (Value* value = message.find(name)) return std::move(*value);
  return std::nullopt;
}

}  // namespace

std::variant<Request, Refusal> parse_request(Value message, bool oob) {
  if (!message.is_object()) {
    return Refusal{ErrorClass::generic_error, "QMP input must be a JSON object", std::nullopt};
  }
  std::string mistake = first_mistake(message, oob);
  std::optional<Value> id = take(message, "id");
  if (!mistake.empty()) {
    return Refusal{ErrorClass::generic_error, std::move(mistake), std::move(id)};
  }
  const bool out_of_band = oob && message.find(kExecOob) != nullptr;
  return Request{take(message, out_of_band ? kExecOob : kExecute)->as_string(),
                 take(message, "arguments").value_or(Value::object()), std::move(id), out_of_band};
}

bool is_out_of_band(const Value& message) {
  return message.is_object() && message.find(kExecOob) != nullptr && message.find(kExecute) == nullptr;
}

}  // namespace qmpev
