// SPDX-License-Identifier: MIT
#include "monitor/listener_guards.hpp"

#include <string>
#include <utility>

#include "base/internet_address.hpp"

namespace qmpev {

namespace {

Error refusal(std::string sentence) {
  return {ErrorCode::invalid_argument, std::move(sentence)};
}

}  // namespace

ListenerRole role_of(const ListenerConfig& config) noexcept {
  return config.role.value_or(config.tcp ? ListenerRole::events_only : ListenerRole::full);
}

std::uint32_t negotiation_timeout_ms_of(const ListenerConfig& config) noexcept {
  return config.negotiation_timeout_ms.value_or(config.tcp ? kTcpNegotiationTimeoutMs : 0);
}

MonitorTraits traits_of(const ListenerConfig& config, std::string name) {
  return {std::move(name),
          config.form,
          role_of(config),
          config.registered_events,
          config.pretty,
          config.on_loss,
          negotiation_timeout_ms_of(config)};
}

Result<void> check_monitor(const std::string& name, WireForm form, ListenerRole role) {
  if (static_cast<std::size_t>(form) >= kWireForms)
    return refusal("the monitor " + name + " needs a wire form: name document or qemu");
  if (role != ListenerRole::full && role != ListenerRole::events_only)
    return refusal("the monitor " + name + " needs a role: full or events_only");
  return {};
}

Result<void> check_monitor(const ListenerConfig& config) {
  return check_monitor(config.tcp ? config.tcp->host : config.path, config.form, role_of(config));
}

Result<void> check_reach(const TcpAddress& address, bool meant, const std::string& instead) {
  const auto read = InternetAddress::of(address.host, address.port);
  if (meant || !read || read->is_loopback()) return {};
  return refusal("other machines reach " + read->text() +
                 ", and over plain TCP nobody proves who they are: use " + instead +
                 "127.0.0.1 or ::1, and from elsewhere a tunnel (ssh -L)");
}

namespace {

Result<void> check_users(const ListenerConfig& config) {
  if (config.tcp && !(config.allowed_uids.empty() && config.allowed_gids.empty()))
    return refusal("nobody tells the user of a TCP client: allowed users and groups are for UNIX sockets");
  if (config.tcp && config.max_clients_per_uid != 0)
    return refusal("nobody tells the user of a TCP client: a limit for each user is for UNIX sockets");
  return {};
}

Result<void> check_tls(const ListenerConfig& config) {
  if (!config.tls) return {};
  if (!config.tcp) return refusal("only a TCP listener has TLS: leave out tls, or name tcp");
  if (config.tls->authorities.empty() || config.tls->certificate.empty() || config.tls->key.empty())
    return refusal("TLS needs the authorities, a certificate and its key (tls=FOLDER)");
  return {};
}

}  // namespace

Result<void> check_guards(const ListenerConfig& config) {
  if (config.max_clients == 0)
    return refusal("a listener for no clients is of no use: max_clients is at least 1");
  if (config.negotiation_timeout_ms.value_or(0) > kMaxNegotiationTimeoutMs)
    return refusal("a negotiation timeout of " + std::to_string(*config.negotiation_timeout_ms) +
                   " ms: use at most " + std::to_string(kMaxNegotiationTimeoutMs));
  if (auto checked = check_users(config); !checked) return checked;
  if (auto checked = check_tls(config); !checked) return checked;
  if (!config.tcp) return {};
  if (config.abstract) return refusal("a TCP listener has no abstract name: leave out abstract or tcp");
  return check_reach(*config.tcp, config.beyond_loopback || config.tls,
                     "TLS with certificates (tls=FOLDER), ");
}

}  // namespace qmpev
