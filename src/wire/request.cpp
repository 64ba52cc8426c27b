// SPDX-License-Identifier: MIT
#include "wire/request.hpp"

#include <string_view>
#include <utility>

#include "wire/member_order.hpp"

namespace qmpev {
namespace {

/// What is wrong with one member, empty when nothing is.
std::string member_mistake(const Member& member) {
  if (member.name == "execute") {
    return member.value.is_string() ? "" : "QMP input member 'execute' must be a string";
  }
  if (member.name == "arguments") {
    return member.value.is_object() ? "" : "QMP input member 'arguments' must be an object";
  }
  if (member.name == "id") return "";
  return "QMP input member '" + member.name + "' is unexpected";
}

/// The first mistake of a request object, empty when it is well-formed.
std::string first_mistake(const Value& message) {
  for (const Member* member : wire_order(message.members())) {
    std::string mistake = member_mistake(*member);
    if (!mistake.empty()) return mistake;
  }
  return message.find("execute") ? "" : "QMP input lacks member 'execute'";
}

std::optional<Value> take(Value& message, std::string_view name) {
  if (Value* value = message.find(name)) return std::move(*value);
  return std::nullopt;
}

}  // namespace

std::variant<Request, Refusal> parse_request(Value message) {
  if (!message.is_object()) {
    return Refusal{ErrorClass::generic_error, "QMP input must be a JSON object", std::nullopt};
  }
  std::string mistake = first_mistake(message);
  std::optional<Value> id = take(message, "id");
  if (!mistake.empty()) {
    return Refusal{ErrorClass::generic_error, std::move(mistake), std::move(id)};
  }
  return Request{take(message, "execute")->as_string(), take(message, "arguments").value_or(Value::object()),
                 std::move(id)};
}

}  // namespace qmpev
