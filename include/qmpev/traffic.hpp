// SPDX-License-Identifier: MIT
// What passes the sessions of a server, for an embedder who records or shows it. Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace qmpev {

/// One thing that happened to one session's connection. The texts are borrowed for the call.
struct Traffic {
  /// What happened.
  enum class Kind {
    opened,    ///< first of its session
    received,  ///< `bytes` were read from the client
    sent,      ///< `bytes` were taken by the client's socket
    closed,    ///< last of its session; a client that only ends its own output is not closed yet
  };
  Kind kind;               ///< what happened
  std::uint64_t session;   ///< from 1 on; no two sessions of a server have the same
  std::string_view path;   ///< of the listener, as it was given to listen()
  std::string_view bytes;  ///< empty when nothing was read or taken
  /// When it passed, in microseconds since the Unix epoch; may step back when the system's clock does.
  std::int64_t time_us;
};

/// Told in the order in which it happened, at the end of the dispatch or flush in which it happened, or in
/// ~Server: what it shows therefore costs memory until then, at most what the sockets gave and took
/// meanwhile. May do whatever a command's handler may, also destroy the server. A server destroyed from
/// inside a callback may tell the rest (a reply, the end of that session) after its destructor. Must not
/// throw.
using TrafficCallback = std::function<void(const Traffic& traffic)>;

}  // namespace qmpev
