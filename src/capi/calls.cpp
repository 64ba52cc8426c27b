// SPDX-License-Identifier: MIT
// The C boundary of one call of a command: what it was called with, and its answer. Any thread.
#include "capi/call_handle.hpp"

#include <cerrno>

#include "capi/last_error.hpp"
#include "wire/reply.hpp"

namespace {

using qmpev::Answer;
using qmpev::ErrorClass;

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

qmpev_call::qmpev_call(JsonObject* from, std::optional<qmpev::Call> later)
    : text(json_of(from)),
      arguments(json_from_string(text.c_str(), nullptr), json_node_unref),
      later_(std::move(later)) {}

void qmpev_call::answer(Answer answer) {
  if (later_) return later_->answer(std::move(answer));
  const std::lock_guard lock(mutex_);
  if (!is_ended_ && !given_) given_ = std::move(answer);
}

bool qmpev_call::cancelled() const {
  if (later_) return later_->cancelled();
  const std::lock_guard lock(mutex_);
  return is_ended_;
}

std::optional<Answer> qmpev_call::end() {
  const std::lock_guard lock(mutex_);
  is_ended_ = true;
  return std::exchange(given_, std::nullopt);
}

extern "C" {

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
    call->answer(Answer::empty());
    return 0;
  }
  GError* error = nullptr;
  JsonNode* const node = json_from_string(json, &error);
  if (node == nullptr) {
    const std::string why = error != nullptr ? error->message : "it is empty";
    g_clear_error(&error);
    return qmpev::refused_argument("the answer is no JSON: " + why);
  }
  call->answer(Answer::value(node));
  return 0;
}

int qmpev_call_answer_error(qmpev_call* call, const char* error_class, const char* description) {
  if (call == nullptr) return qmpev::refused_argument("qmpev_call_answer_error needs a call, not NULL");
  const std::string wanted = error_class != nullptr ? error_class : "GenericError";
  for (const ErrorClass each :
       {ErrorClass::generic_error, ErrorClass::command_not_found, ErrorClass::device_not_active,
        ErrorClass::device_not_found, ErrorClass::kvm_missing_cap}) {
    if (wanted != qmpev::error_class_name(each)) continue;
    call->answer(Answer::error(each, description != nullptr ? description : "the command failed"));
    return 0;
  }
  return qmpev::refused_argument("QMP has no error class '" + wanted + "': use GenericError");
}

int qmpev_call_is_cancelled(const qmpev_call* call) {
  return call != nullptr && call->cancelled() ? 1 : 0;
}

}  // extern "C"
