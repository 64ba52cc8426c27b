// SPDX-License-Identifier: MIT
// Whom a UNIX socket lets in: processes of the users and groups that were named. Any thread.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

#include <qmpev/statistics.hpp>

namespace qmpev {

class PeerCheck {
 public:
  /// Lets everybody in: the socket's file has a mode that says who may connect, or there is nobody to ask.
  PeerCheck() = default;
  /// Lets in who runs with one of these effective user ids, or belongs to one of these groups. Everybody when
  /// none is named.
  static PeerCheck of(std::vector<std::uint32_t> uids, std::vector<std::uint32_t> gids);
  /// The same of a socket that has no file: our own user id when none is named.
  static PeerCheck without_file(std::vector<std::uint32_t> uids, std::vector<std::uint32_t> gids);

  /// Whether the process that connected `socket` may stay. One the kernel does not name may not.
  bool admits(int socket) const;

 private:
  bool is_asked_ = false;
  std::vector<std::uint32_t> uids_;
  std::vector<std::uint32_t> gids_;
};

/// Who connected `socket`, as the kernel says; nothing where it does not tell.
std::optional<PeerCredentials> peer_of(int socket) noexcept;

}  // namespace qmpev
