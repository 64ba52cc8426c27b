// SPDX-License-Identifier: MIT
// What running a command came to: a value for `return`, or an error in QMP's words. Any thread.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include <qmpev/protocol.hpp>
#include <qmpev/server.hpp>

#include "wire/value.hpp"

namespace qmpev {

/// Why a command did not do what it was asked.
struct CommandError {
  ErrorClass error_class;
  std::string description;
};
using CommandResult = std::variant<Value, CommandError>;

/// What an embedder gave back, in the wire's values.
CommandResult to_result(const Answer& answer);

/// The line that says it to a client, with the id of its request if there was one.
std::string reply_line(CommandResult result, const std::optional<Value>& id);

}  // namespace qmpev
