// SPDX-License-Identifier: MIT
// What running a command came to: a value for `return`, or an error in QMP's words. Any thread.
#pragma once

#include <string>
#include <variant>

#include <qmpev/protocol.hpp>

#include "wire/value.hpp"

namespace qmpev {

/// Why a command did not do what it was asked.
struct CommandError {
  ErrorClass error_class;
  std::string description;
};
using CommandResult = std::variant<Value, CommandError>;

}  // namespace qmpev
