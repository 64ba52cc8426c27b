// SPDX-License-Identifier: MIT
// The C boundary: checks what C cannot, hands over to the C++ server, and turns refusals into errno and a
// sentence. Nothing below throws but for bad_alloc, which ends the process as in GLib. Threads as
// <qmpev/qmpev.h> says.
#include <qmpev/qmpev.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <qmpev/server.hpp>

#include "capi/emitter_handle.hpp"
#include "capi/last_error.hpp"
#include "capi/server_handle.hpp"
#include "capi/sized.hpp"
#include "capi/traffic.hpp"

namespace {

using qmpev::refused;

// Forms and levels cross the boundary as numbers.
static_assert(QMPEV_WIRE_DOCUMENT == static_cast<int>(qmpev::WireForm::document));
static_assert(QMPEV_WIRE_QEMU == static_cast<int>(qmpev::WireForm::qemu));
static_assert(QMPEV_LOG_DEBUG == static_cast<int>(qmpev::LogLevel::debug));
static_assert(QMPEV_LOG_INFO == static_cast<int>(qmpev::LogLevel::info));
static_assert(QMPEV_LOG_WARNING == static_cast<int>(qmpev::LogLevel::warning));
static_assert(QMPEV_LOG_ERROR == static_cast<int>(qmpev::LogLevel::error));

static_assert(QMPEV_FLUSH_DONE == static_cast<int>(qmpev::FlushOutcome::done));
static_assert(QMPEV_FLUSH_TIMED_OUT == static_cast<int>(qmpev::FlushOutcome::timed_out));
static_assert(QMPEV_FLUSH_LOOP_GONE == static_cast<int>(qmpev::FlushOutcome::loop_gone));

int outcome(qmpev::FlushOutcome outcome) {
  return static_cast<int>(outcome);
}

qmpev::LogCallback log_callback(const qmpev_server_config& config) {
  // Freed with the last copy of the callback, also when the server could not be made.
  std::shared_ptr<void> data(config.log_user_data, [free = config.log_free](void* user_data) {
    if (free != nullptr) free(user_data);
  });
  if (config.log == nullptr) return {};
  return [log = config.log, data](qmpev::LogLevel level, std::string_view text) {
    log(static_cast<qmpev_log_level>(level), std::string(text).c_str(), data.get());
  };
}

/// In C 0 is the default.
void set(std::size_t& limit, std::size_t value) {
  if (value != 0) limit = value;
}

std::function<qmpev::Answer()> run_callback(qmpev_run_callback callback, void* user_data) {
  if (callback == nullptr) return {};
  return [callback, user_data] {
    const char* why = nullptr;
    if (callback(&why, user_data) == 0) return qmpev::Answer::empty();
    return qmpev::Answer::error(qmpev::ErrorClass::generic_error,
                                why != nullptr ? why : "the machine refused");
  };
}

qmpev::RunControl run_control(const qmpev_server_config& from) {
  qmpev::RunControl to;
  if (from.run_status != nullptr) {
    to.status = [status = from.run_status, user_data = from.run_user_data] {
      int running = 0;
      const char* const word = status(&running, user_data);
      return qmpev::RunStatus{word != nullptr ? word : "internal-error", running != 0};
    };
  }
  to.stop = run_callback(from.run_stop, from.run_user_data);
  to.cont = run_callback(from.run_cont, from.run_user_data);
  to.reset = run_callback(from.run_reset, from.run_user_data);
  to.powerdown = run_callback(from.run_powerdown, from.run_user_data);
  to.quit = run_callback(from.run_quit, from.run_user_data);
  return to;
}

qmpev::ServerConfig convert(const qmpev_server_config& from) {
  qmpev::ServerConfig to;
  if (from.name != nullptr) to.name = from.name;
  if (from.version_major != 0 || from.version_minor != 0 || from.version_micro != 0) {
    to.version = {from.version_major, from.version_minor, from.version_micro, {}};
  }
  if (from.version_package != nullptr) to.version.package = from.version_package;
  to.run_state = run_control(from);
  to.log = log_callback(from);
  to.on_traffic = qmpev::traffic_callback(from);
  if (from.ring_bytes != 0) to.ring_bytes = from.ring_bytes;
  if (from.log_bytes != 0) to.log_bytes = from.log_bytes;
  set(to.limits.throttle_keys, from.max_throttle_keys);
  set(to.limits.kept_keys, from.max_kept_keys);
  set(to.limits.message_bytes, from.max_message_bytes);
  set(to.limits.message_tokens, from.max_message_tokens);
  set(to.limits.message_depth, from.max_message_depth);
  set(to.limits.input_bytes, from.max_input_bytes);
  return to;
}

/// The first version's members, which every caller has.
constexpr std::size_t kFirstConfigBytes = offsetof(qmpev_server_config, max_throttle_keys);
}  // namespace

extern "C" {

qmpev_server* qmpev_server_new(const qmpev_server_config* config) {
  const qmpev_server_config nothing{};
  if (config != nullptr && !qmpev::known_size(*config, kFirstConfigBytes)) {
    qmpev::refused_argument(qmpev::wrong_size("qmpev_server_config", *config));
    return nullptr;
  }
  auto server = qmpev::Server::create(convert(config != nullptr ? qmpev::whole(*config) : nothing));
  if (!server) {
    refused(server.error());
    return nullptr;
  }
  return new qmpev_server{std::move(server).value()};
}

void qmpev_server_free(qmpev_server* server) {
  delete server;
}

int qmpev_server_attach(qmpev_server* server, GMainContext* context) {
  if (server == nullptr || context == nullptr) {
    return qmpev::refused_argument(
        "qmpev_server_attach needs a server and a context, not NULL: g_main_context_default() is one");
  }
  if (server->attached) {
    qmpev::refused_argument("the server runs from a context already");
    return -EALREADY;
  }
  server->server->attach(context);
  server->attached = true;
  return 0;
}

void qmpev_server_detach(qmpev_server* server) {
  if (server == nullptr || !server->attached) return;
  server->server->detach();
  server->attached = false;
}

int qmpev_server_get_fd(const qmpev_server* server) {
  return server != nullptr ? server->server->fd() : -1;
}

int qmpev_server_dispatch(qmpev_server* server) {
  return server != nullptr && server->server->dispatch() ? 1 : 0;
}

int qmpev_server_flush(qmpev_server* server) {
  return server != nullptr && server->server->flush() ? 1 : 0;
}

int qmpev_server_flush_within(qmpev_server* server, uint32_t milliseconds) {
  if (server == nullptr) return qmpev::refused_argument("qmpev_server_flush_within needs a server, not NULL");
  return outcome(server->server->flush(std::chrono::milliseconds(milliseconds)));
}

int qmpev_emitter_flush(qmpev_emitter* emitter, uint32_t milliseconds) {
  if (emitter == nullptr) return qmpev::refused_argument("qmpev_emitter_flush needs an emitter, not NULL");
  return outcome(emitter->emitter.flush(std::chrono::milliseconds(milliseconds)));
}

qmpev_emitter* qmpev_server_get_emitter(qmpev_server* server) {
  if (server == nullptr) return nullptr;
  return new qmpev_emitter{server->server->emitter()};
}

qmpev_emitter* qmpev_emitter_ref(qmpev_emitter* emitter) {
  if (emitter != nullptr) emitter->references.fetch_add(1, std::memory_order_relaxed);
  return emitter;
}

void qmpev_emitter_unref(qmpev_emitter* emitter) {
  if (emitter != nullptr && emitter->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete emitter;
}

const char* qmpev_last_error(void) {
  return qmpev::last_refusal().c_str();
}

const char* qmpev_version(void) {
  return QMPEV_VERSION;
}

}  // extern "C"
