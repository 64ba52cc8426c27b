// SPDX-License-Identifier: MIT
#include "monitor/negotiation.hpp"

namespace qmpev {

CommandResult negotiate(bool negotiated) {
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
