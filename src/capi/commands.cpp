// SPDX-License-Identifier: MIT
// The C boundary of commands that the embedder adds. Every one is a command that is answered later, perhaps
// before its handler returns; but for those that may be carried out out of band, which are answered at once.
// Threads as <qmpev/qmpev.h> says.
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "capi/call_handle.hpp"
#include "capi/last_error.hpp"
#include "capi/server_handle.hpp"
#include "capi/sized.hpp"

namespace {

using qmpev::Answer;
using qmpev::Argument;

/// The first version's members, which every caller has; nothing is padding behind the last of them.
constexpr std::size_t kFirstCommandBytes = offsetof(qmpev_command, flags) + sizeof(std::size_t);
static_assert(sizeof(qmpev_command) == kFirstCommandBytes);

static_assert(QMPEV_ARGUMENT_INTEGER == static_cast<int>(Argument::Type::integer));
static_assert(QMPEV_ARGUMENT_TEXT == static_cast<int>(Argument::Type::string));
static_assert(QMPEV_ARGUMENT_BOOLEAN == static_cast<int>(Argument::Type::boolean));
static_assert(QMPEV_ARGUMENT_ARRAY == static_cast<int>(Argument::Type::array));
static_assert(QMPEV_ARGUMENT_OBJECT == static_cast<int>(Argument::Type::object));
static_assert(QMPEV_ARGUMENT_ANY == static_cast<int>(Argument::Type::any));

/// Empty: nothing is missing.
std::string mistake_of(const qmpev_command& command) {
  if (command.name == nullptr || command.handler == nullptr)
    return "a command needs a name and a handler, not NULL";
  if (command.arguments == nullptr && command.argument_count != 0)
    return "arguments is NULL, and its count is not 0";
  for (std::size_t i = 0; i < command.argument_count; ++i) {
    if (command.arguments[i].name == nullptr)
      return "arguments[" + std::to_string(i) + "] needs a name, not NULL";
    if (command.arguments[i].type > QMPEV_ARGUMENT_ANY)
      return "arguments[" + std::to_string(i) + "] is of no type there is";
  }
  const std::size_t known = QMPEV_COMMAND_EVENTS_ONLY | QMPEV_COMMAND_PRECONFIG | QMPEV_COMMAND_ALLOW_OOB;
  return (command.flags & ~known) != 0 ? "a flag of the command means nothing: use QMPEV_COMMAND_..." : "";
}

/// Freed with the last copy of the handler, also when the command was refused.
std::shared_ptr<void> data_of(const qmpev_command& command) {
  return {command.user_data, [free = command.user_data_free](void* user_data) {
            if (free != nullptr) free(user_data);
          }};
}

std::function<void(JsonObject*, qmpev::Call)> later(qmpev_command_handler handler,
                                                    std::shared_ptr<void> data) {
  return [handler, data = std::move(data)](JsonObject* arguments, qmpev::Call call) {
    auto* const handle = new qmpev_call(arguments, std::move(call));
    handler(handle, data.get());
    qmpev_call_unref(handle);
  };
}

std::function<Answer(JsonObject*)> at_once(std::string name, qmpev_command_handler handler,
                                           std::shared_ptr<void> data) {
  return [name = std::move(name), handler, data = std::move(data)](JsonObject* arguments) {
    auto* const handle = new qmpev_call(arguments, {});
    handler(handle, data.get());
    auto answer = handle->end();
    qmpev_call_unref(handle);
    if (answer) return std::move(*answer);
    return Answer::error(qmpev::ErrorClass::generic_error,
                         "The command " + name + " was not answered at once, as one out of band has to be");
  };
}

}  // namespace

extern "C" {

int qmpev_server_add_command(qmpev_server* server, const qmpev_command* command) {
  if (server == nullptr || command == nullptr)
    return qmpev::refused_argument("qmpev_server_add_command needs a server and a command, not NULL");
  if (!qmpev::known_size(*command, kFirstCommandBytes))
    return qmpev::refused_argument(qmpev::wrong_size("qmpev_command", *command));
  const qmpev_command from = qmpev::whole(*command);
  const std::shared_ptr<void> data = data_of(from);
  if (std::string mistake = mistake_of(from); !mistake.empty())
    return qmpev::refused_argument(std::move(mistake));
  qmpev::Command to{.name = from.name, .arguments = {}};
  for (std::size_t i = 0; i < from.argument_count; ++i)
    to.arguments.push_back({.name = from.arguments[i].name,
                            .type = static_cast<Argument::Type>(from.arguments[i].type),
                            .optional = from.arguments[i].optional != 0});
  to.events_only = (from.flags & QMPEV_COMMAND_EVENTS_ONLY) != 0;
  to.allow_preconfig = (from.flags & QMPEV_COMMAND_PRECONFIG) != 0;
  if ((from.flags & QMPEV_COMMAND_ALLOW_OOB) != 0) {
    to.allow_oob = true;
    to.handler = at_once(from.name, from.handler, data);
  } else {
    to.later = later(from.handler, data);
  }
  const auto added = server->server->add_command(std::move(to));
  return added ? 0 : qmpev::refused(added.error());
}

}  // extern "C"
