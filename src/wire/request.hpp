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
  bool out_of_band = false;  ///< exec-oob
};

/// The content of an error reply.
struct Refusal {
  ErrorClass error_class;
  std::string description;
  std::optional<Value> id;
};

/// Takes `message` apart. Members are looked at in wire order, so that of several mistakes the same one is
/// named as by QEMU. `oob`: the client has enabled the capability; else exec-oob is an unknown member.
std::variant<Request, Refusal> parse_request(Value message, bool oob);

/// What QEMU takes for an out-of-band request of a client with the capability, well-formed or not, and
/// answers at once: an object with exec-oob and without execute.
bool is_out_of_band(const Value& message);

}  // namespace qmpev
