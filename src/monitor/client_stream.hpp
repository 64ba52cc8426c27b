// SPDX-License-Identifier: MIT
// What stands between a socket that a client came through and its session: TLS, the ear of whoever records
// the traffic, the spreading of lines, the guard against browsers. Loop thread.
#pragma once

#include <memory>
#include <string>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

#include "base/unique_fd.hpp"
#include "monitor/monitor_traits.hpp"
#include "monitor/stream.hpp"
#include "monitor/tls.hpp"

namespace qmpev {

class Loop;
class Monitors;
class TrafficQueue;

/// What the way of a client depends on, but for its monitor's traits.
struct ClientWay {
  bool tcp = false;
  SharedTlsCredentials tls{};  ///< none: what is said is not hidden

  /// Reads the certificates. Fails as load_tls_credentials does.
  static Result<ClientWay> of(const ListenerConfig& config);
};

/// Null when the loop cannot watch the socket. `monitors` and `loop` are borrowed until the stream is closed,
/// `traffic`, too, null when nobody records it; `path` is what it calls the connection.
std::unique_ptr<Stream> make_client_stream(UniqueFd socket, const ClientWay& way, const MonitorTraits& traits,
                                           const std::string& path, Loop& loop, Monitors& monitors,
                                           TrafficQueue* traffic);

}  // namespace qmpev
