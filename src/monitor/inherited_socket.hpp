// SPDX-License-Identifier: MIT
// A socket that somebody else made and handed down: a listening one (libvirt) or one end of a connection
// (systemd, a test with socketpair). Says what it is before anything is done with it. Any thread.
#pragma once

#include <qmpev/result.hpp>

namespace qmpev {

struct InheritedSocket {
  bool listening = false;
  bool abstract = false;  ///< listens without a file, whose mode would say who may connect
};

/// Looks at `fd`, changes nothing. Fails with invalid_argument when it is not an open, listening or connected
/// UNIX stream socket; the sentence says what it is instead.
Result<InheritedSocket> inspect_socket(int fd);

/// Makes a socket that was inspected one of ours: close-on-exec, never waiting (which every holder of it
/// shares).
void make_ours(int fd) noexcept;

}  // namespace qmpev
