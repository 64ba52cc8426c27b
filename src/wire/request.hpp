// SPDX-License-Identifier: MIT
// From a value that a client sent to a command with its arguments, or to the refusal QEMU would send: the
// checks that need no knowledge of commands, in QEMU's order and words. Any thread.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include <qmpev/protocol.hpp>

#include "wire/value.hpp"

namespace qmpev {

/// A well-formed command.
struct Request {
  std::string command;
  Value arguments;  ///< an object; empty when the client sent none
  std::optional<Value> id;
};

/// The content of an error reply.
struct Refusal {
  ErrorClass error_class;
  std::string description;
  std::optional<Value> id;
};

/// Takes `message` apart. Members are looked at in wire order, so that of several mistakes the same one is
/// named as by QEMU. exec-oob is an unknown member as long as no capability is offered.
std::variant<Request, Refusal> parse_request(Value message);

}  // namespace qmpev
