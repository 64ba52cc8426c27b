// SPDX-License-Identifier: MIT
// A socket that somebody else made and handed down: a listening one (libvirt) or one end of a connection
// (systemd, a test with socketpair). Says what it is before anything is done with it. Any thread.
#pragma once

#include <optional>

#include <qmpev/result.hpp>

#include "base/internet_address.hpp"
#include "base/unique_fd.hpp"

namespace qmpev {

struct InheritedSocket {
  bool listening = false;
  bool abstract = false;                 ///< listens without a file, whose mode would say who may connect
  std::optional<InternetAddress> tcp{};  ///< our end's, of TCP; otherwise it is a UNIX socket
};

/// Looks at `fd`, changes nothing. Fails with invalid_argument when it is not an open, listening or connected
/// socket of UNIX streams or of TCP; the sentence says what it is instead.
Result<InheritedSocket> inspect_socket(int fd);

/// A descriptor of our own, close-on-exec, for the same socket, which does not change. Fails with system.
Result<UniqueFd> duplicate_socket(int fd);

/// Makes a socket that was duplicated one that never waits, which every holder of it shares, and closes the
/// descriptor that was handed down.
void take_over(int fd) noexcept;

}  // namespace qmpev
