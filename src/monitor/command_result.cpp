// SPDX-License-Identifier: MIT
#include "monitor/command_result.hpp"

#include <utility>

#include "monitor/json_node.hpp"
#include "wire/reply.hpp"

namespace qmpev {

CommandResult to_result(const Answer& answer) {
  if (answer.is_error()) return CommandError{answer.error_class(), answer.description()};
  return answer.node() ? from_json_node(answer.node()) : Value::object();
}

std::string reply_line(CommandResult result, const std::optional<Value>& id) {
  if (const CommandError* error = std::get_if<CommandError>(&result)) {
    return error_line(error->error_class, error->description, id);
  }
  return success_line(std::move(std::get<Value>(result)), id);
}

}  // namespace qmpev
