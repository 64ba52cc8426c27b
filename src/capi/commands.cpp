// SPDX-License-Identifier: MIT
// The C boundary of commands that the embedder adds. Every one is a command that is answered later, perhaps
// before its handler returns. Threads as <qmpev/qmpev.h> says.
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "capi/last_error.hpp"
#include "capi/server_handle.hpp"
#include "capi/sized.hpp"
#include "wire/reply.hpp"

/// The C type, in the global namespace because its name is C's.
struct qmpev_call {
  qmpev::Call call;
  std::unique_ptr<JsonNode, void (*)(JsonNode*)> arguments{nullptr, json_node_unref};
  std::string text{};  ///< of the arguments
  std::atomic<int> references{1};
};

namespace {

using qmpev::Answer;
using qmpev::Argument;
using qmpev::ErrorClass;

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
  const std::size_t known = QMPEV_COMMAND_EVENTS_ONLY | QMPEV_COMMAND_PRECONFIG;
  return (command.flags & ~known) != 0 ? "a flag of the command means nothing: use QMPEV_COMMAND_..." : "";
}

/// Freed with the last copy of the handler, also when the command was refused.
std::shared_ptr<void> data_of(const qmpev_command& command) {
  return {command.user_data, [free = command.user_data_free](void* user_data) {
            if (free != nullptr) free(user_data);
          }};
}

std::string json_of(JsonObject* object) {
  JsonNode* const node = json_node_init_object(json_node_alloc(), object);
  const std::unique_ptr<JsonNode, void (*)(JsonNode*)> owned(node, json_node_unref);
  const std::unique_ptr<char, void (*)(void*)> text(json_to_string(node, FALSE), g_free);
  return text.get();
}

JsonNode* find(const qmpev_call* call, const char* name) {
  if (call == nullptr || name == nullptr) return nullptr;
  return json_object_get_member(json_node_get_object(call->arguments.get()), name);
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
  to.later = [handler = from.handler, data](JsonObject* arguments, qmpev::Call call) {
    auto* const handle = new qmpev_call{std::move(call)};
    handle->text = json_of(arguments);
    // Of its own, since json-glib counts references without care for threads.
    handle->arguments.reset(json_from_string(handle->text.c_str(), nullptr));
    handler(handle, data.get());
    qmpev_call_unref(handle);
  };
  const auto added = server->server->add_command(std::move(to));
  return added ? 0 : qmpev::refused(added.error());
}

qmpev_call* qmpev_call_ref(qmpev_call* call) {
  if (call != nullptr) call->references.fetch_add(1, std::memory_order_relaxed);
  return call;
}

void qmpev_call_unref(qmpev_call* call) {
  if (call != nullptr && call->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete call;
}

const char* qmpev_call_get_arguments(const qmpev_call* call) {
  return call != nullptr ? call->text.c_str() : "{}";
}

const char* qmpev_call_get_text(const qmpev_call* call, const char* name) {
  JsonNode* const node = find(call, name);
  return node != nullptr && json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node)
                                                                            : nullptr;
}

int qmpev_call_get_integer(const qmpev_call* call, const char* name, int64_t* value) {
  JsonNode* const node = find(call, name);
  if (node == nullptr || value == nullptr || json_node_get_value_type(node) != G_TYPE_INT64) return 0;
  *value = json_node_get_int(node);
  return 1;
}

int qmpev_call_get_boolean(const qmpev_call* call, const char* name, int* value) {
  JsonNode* const node = find(call, name);
  if (node == nullptr || value == nullptr || json_node_get_value_type(node) != G_TYPE_BOOLEAN) return 0;
  *value = json_node_get_boolean(node) != FALSE ? 1 : 0;
  return 1;
}

int qmpev_call_answer(qmpev_call* call, const char* json) {
  if (call == nullptr) return qmpev::refused_argument("qmpev_call_answer needs a call, not NULL");
  if (json == nullptr) {
    call->call.answer(Answer::empty());
    return 0;
  }
  GError* error = nullptr;
  JsonNode* const node = json_from_string(json, &error);
  if (node == nullptr) {
    const std::string why = error != nullptr ? error->message : "it is empty";
    g_clear_error(&error);
    return qmpev::refused_argument("the answer is no JSON: " + why);
  }
  call->call.answer(Answer::value(node));
  return 0;
}

int qmpev_call_answer_error(qmpev_call* call, const char* error_class, const char* description) {
  if (call == nullptr) return qmpev::refused_argument("qmpev_call_answer_error needs a call, not NULL");
  const std::string wanted = error_class != nullptr ? error_class : "GenericError";
  for (const ErrorClass each :
       {ErrorClass::generic_error, ErrorClass::command_not_found, ErrorClass::device_not_active,
        ErrorClass::device_not_found, ErrorClass::kvm_missing_cap}) {
    if (wanted != qmpev::error_class_name(each)) continue;
    call->call.answer(Answer::error(each, description != nullptr ? description : "the command failed"));
    return 0;
  }
  return qmpev::refused_argument("QMP has no error class '" + wanted + "': use GenericError");
}

int qmpev_call_is_cancelled(const qmpev_call* call) {
  return call != nullptr && call->call.cancelled() ? 1 : 0;
}

}  // extern "C"
