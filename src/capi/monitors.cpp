// SPDX-License-Identifier: MIT
// The C boundary of everything through which clients come. Threads as <qmpev/qmpev.h> says.
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "capi/last_error.hpp"
#include "capi/monitor_options.hpp"
#include "capi/server_handle.hpp"

namespace {

using qmpev::ErrorCode;
using qmpev::refused;

int no_server(const char* function) {
  return qmpev::refused_argument(std::string(function) + " needs a server, not NULL");
}

int outcome(const qmpev::Result<void>& result) {
  return result ? 0 : refused(result.error());
}

/// Null when there is no such listener, and that is said.
const qmpev::ListenerAddress* find(const std::vector<qmpev::ListenerAddress>& addresses, size_t index) {
  if (index < addresses.size()) return &addresses[index];
  refused({ErrorCode::not_found, "there is no listener " + std::to_string(index) + ": the server has " +
                                     std::to_string(addresses.size())});
  return nullptr;
}

}  // namespace

extern "C" {

int qmpev_server_listen_unix(qmpev_server* server, const char* path, qmpev_wire_form form) {
  qmpev_monitor_options options{};
  options.size = sizeof options;
  options.path = path;
  return qmpev_server_listen(server, form, &options);
}

int qmpev_server_listen(qmpev_server* server, qmpev_wire_form form, const qmpev_monitor_options* options) {
  if (server == nullptr) return no_server("qmpev_server_listen");
  auto config = qmpev::listener_config(form, options, true);
  return config ? outcome(server->server->listen(config.value())) : refused(config.error());
}

int qmpev_server_adopt(qmpev_server* server, int fd, qmpev_wire_form form,
                       const qmpev_monitor_options* options) {
  if (server == nullptr) return no_server("qmpev_server_adopt");
  auto config = qmpev::listener_config(form, options, false);
  if (!config) return refused(config.error());
  if (config.value().path.empty()) config.value().path = "fd:" + std::to_string(fd);
  return outcome(server->server->adopt(fd, config.value()));
}

int qmpev_server_dial(qmpev_server* server, qmpev_wire_form form, const qmpev_monitor_options* options) {
  if (server == nullptr) return no_server("qmpev_server_dial");
  auto config = qmpev::connection_config(form, options, true);
  return config ? outcome(server->server->dial(config.value())) : refused(config.error());
}

int qmpev_server_converse(qmpev_server* server, int input, int output, qmpev_wire_form form,
                          const qmpev_monitor_options* options) {
  if (server == nullptr) return no_server("qmpev_server_converse");
  auto config = qmpev::connection_config(form, options, false);
  if (!config) return refused(config.error());
  if (config.value().path.empty())
    config.value().path = "fd:" + std::to_string(input) + "," + std::to_string(output);
  return outcome(server->server->converse(input, output, config.value()));
}

int qmpev_server_get_address(const qmpev_server* server, size_t index, char* buffer, size_t size) {
  if (server == nullptr) return no_server("qmpev_server_get_address");
  const auto addresses = server->server->addresses();
  const auto* const address = find(addresses, index);
  if (address == nullptr) return -ENOENT;
  if (buffer != nullptr && size > 0) {
    const size_t kept = std::min(size - 1, address->name.size());
    std::memcpy(buffer, address->name.data(), kept);
    buffer[kept] = '\0';
  }
  return static_cast<int>(address->name.size());
}

int qmpev_server_get_port(const qmpev_server* server, size_t index) {
  if (server == nullptr) return no_server("qmpev_server_get_port");
  const auto addresses = server->server->addresses();
  const auto* const address = find(addresses, index);
  return address != nullptr ? address->port : -ENOENT;
}

}  // extern "C"
