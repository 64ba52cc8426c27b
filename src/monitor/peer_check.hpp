// SPDX-License-Identifier: MIT
// Whom a socket without a file's mode lets in: processes of the user ids that were named. Any thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <utility>
#include <vector>

namespace qmpev {

class PeerCheck {
 public:
  /// Lets everybody in: the socket's file has a mode that says who may connect.
  PeerCheck() = default;
  /// Lets in who runs with one of these effective user ids; our own when none is named.
  static PeerCheck of_uids(std::vector<uid_t> allowed);

  /// Whether the process that connected `socket` may stay. One the kernel does not name may not.
  bool admits(int socket) const noexcept;

 private:
  std::optional<std::vector<uid_t>> allowed_;
};

}  // namespace qmpev
