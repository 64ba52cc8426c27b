// SPDX-License-Identifier: MIT
// Where serve listens and watch looks when nobody names a socket: a folder that belongs to this user alone.
// Main thread.
#pragma once

#include <sys/types.h>

#include <string>

#include <qmpev/result.hpp>

namespace qmpev {

/// What a command started by `qmpev run` finds its monitor's path in.
inline constexpr const char* kSocketVariable = "QMP_SOCKET";

/// What the choice depends on.
struct Surroundings {
  std::string xdg_runtime_dir;  ///< empty: unset
  uid_t user;
  bool has_run_user;         ///< /run/user/UID is there and is the user's
  std::string qmp_socket{};  ///< $QMP_SOCKET; empty: unset
};

Surroundings read_surroundings();

/// $XDG_RUNTIME_DIR/qmpev, else /run/user/UID/qmpev, else /tmp/qmpev-UID.
std::string default_folder(const Surroundings& surroundings);

/// `default.sock` in that folder.
std::string default_socket_path(const Surroundings& surroundings);

/// Where a client connects when nobody names a socket: $QMP_SOCKET, which `qmpev run` gives its command, or
/// the default socket.
std::string usual_socket_path(const Surroundings& surroundings);

/// Creates the folder with mode 0700, or takes one that is there if it is this user's and nobody else's: /tmp
/// is everybody's, so somebody else may have been first. Fails with permission, not_found or system.
Result<void> make_private_folder(const std::string& folder);

}  // namespace qmpev
