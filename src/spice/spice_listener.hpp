// SPDX-License-Identifier: MIT
// A real SPICE server, libspice-server, at a TCP port or a UNIX socket: viewers such as remote-viewer
// connect, and what becomes of their channels goes into the model that also synthetic viewers use. There is
// no screen unless it is asked for; the keyboard and the tablet lead nowhere. One at a time in a process: the
// library's interface has room for one context only. spice_absent.cpp stands in where the library was not
// there to build with. Loop thread: the one that dispatches the context.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <glib.h>

#include <qmpev/result.hpp>

#include "devices/spice_server.hpp"

namespace qmpev {

/// What the library takes as a ticket.
inline constexpr std::size_t kMaxSpicePasswordBytes = 60;

struct SpiceListenConfig {
  std::string path;                     ///< of a UNIX socket; empty: TCP
  std::string host = "127.0.0.1";       ///< of TCP, numeric
  std::uint16_t port = 0;               ///< of TCP; 0: the system chooses
  std::optional<std::string> password;  ///< absent: nobody is asked for one
  /// With a blank screen, so with channels for display and cursor. Off, since libspice-server 0.15.1 then
  /// ends the process (SIGSEGV on its display thread) when a viewer closes its display channel as soon as it
  /// is up.
  bool display = false;
};

class SpiceListener {
 public:
  virtual ~SpiceListener() =
      default;  ///< closes every connection without an event, as QEMU does when it ends
  /// TCP: the port; 0 of a UNIX socket.
  virtual std::uint16_t port() const noexcept = 0;
  /// True: the viewer sends movements; false: positions.
  virtual bool is_server_mouse() const noexcept = 0;
};

/// Listens on `context`, both borrowed like `server` for the listener's life. `log` receives what the library
/// has to say, from any thread. Fails with address_in_use, permission, not_found, system or invalid_argument,
/// before anything can connect.
Result<std::unique_ptr<SpiceListener>> listen_for_viewers(const SpiceListenConfig& config,
                                                          SpiceServer& server, GMainContext* context,
                                                          std::function<void(std::string_view)> log);

/// "0.15.1"; empty when built without the library.
std::string spice_library_version();

}  // namespace qmpev
