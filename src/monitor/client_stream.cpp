// SPDX-License-Identifier: MIT
#include "monitor/client_stream.hpp"

#include <utility>

#include "base/tcp_socket.hpp"
#include "monitor/http_guard.hpp"
#include "monitor/monitors.hpp"
#include "monitor/session_stream.hpp"
#include "monitor/socket_stream.hpp"

namespace qmpev {

Result<ClientWay> ClientWay::of(const ListenerConfig& config) {
  ClientWay way{.tcp = config.tcp.has_value()};
  if (!config.tls) return way;
  auto credentials = load_tls_credentials(*config.tls);
  if (!credentials) return credentials.error();
  way.tls = std::move(credentials).value();
  return way;
}

std::unique_ptr<Stream> make_client_stream(UniqueFd socket, const ClientWay& way, const MonitorTraits& traits,
                                           const std::string& path, Loop& loop, Monitors& monitors,
                                           TrafficQueue* traffic) {
  const int number = socket.get();
  std::unique_ptr<Stream> stream = make_socket_stream(std::move(socket), loop);
  if (stream && way.tcp) send_at_once(number);  // not before: one that is refused stays as it was
  if (stream && way.tls)
    stream = make_tls_stream(
        std::move(stream), way.tls,
        [&monitors, name = traits.name](const std::string& reason) { monitors.refuse_tls(name, reason); });
  if (!stream) return nullptr;
  stream = make_session_stream(std::move(stream), traits, path, traffic);
  if (!way.tcp) return stream;
  return make_http_guard(std::move(stream), [&monitors, name = traits.name] { monitors.refuse_http(name); });
}

}  // namespace qmpev
