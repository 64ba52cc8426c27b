// SPDX-License-Identifier: MIT
#include "monitor/peer_check.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace qmpev {

PeerCheck PeerCheck::of_uids(std::vector<uid_t> allowed) {
  if (allowed.empty()) allowed.push_back(::geteuid());
  PeerCheck check;
  check.allowed_ = std::move(allowed);
  return check;
}

bool PeerCheck::admits(int socket) const noexcept {
  if (!allowed_) return true;
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || size != sizeof peer) return false;
  return std::find(allowed_->begin(), allowed_->end(), peer.uid) != allowed_->end();
}

}  // namespace qmpev
