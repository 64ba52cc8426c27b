// SPDX-License-Identifier: MIT
#include "monitor/peer_check.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace qmpev {

namespace {

bool contains(const std::vector<std::uint32_t>& list, std::uint32_t wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

std::optional<ucred> credentials_of(int socket) noexcept {
  ucred peer{};
  socklen_t size = sizeof peer;
  const bool told = ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && size == sizeof peer;
  if (!told || peer.pid == 0) return std::nullopt;
  return peer;
}

/// Beside the effective one. None where the kernel does not tell (before Linux 4.13).
std::vector<gid_t> other_groups_of(int socket) {
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::sysconf(_SC_NGROUPS_MAX), 1L)));
  socklen_t size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) size = 0;
  groups.resize(size / sizeof(gid_t));
  return groups;
}

}  // namespace

PeerCheck PeerCheck::of(std::vector<std::uint32_t> uids, std::vector<std::uint32_t> gids) {
  PeerCheck check;
  check.is_asked_ = !uids.empty() || !gids.empty();
  check.uids_ = std::move(uids);
  check.gids_ = std::move(gids);
  return check;
}

PeerCheck PeerCheck::without_file(std::vector<std::uint32_t> uids, std::vector<std::uint32_t> gids) {
  if (uids.empty() && gids.empty()) uids.push_back(::geteuid());
  return of(std::move(uids), std::move(gids));
}

bool PeerCheck::admits(int socket) const {
  if (!is_asked_) return true;
  const auto peer = credentials_of(socket);
  if (!peer) return false;
  if (contains(uids_, peer->uid) || contains(gids_, peer->gid)) return true;
  if (gids_.empty()) return false;
  const std::vector<gid_t> groups = other_groups_of(socket);
  return std::any_of(groups.begin(), groups.end(), [this](gid_t group) { return contains(gids_, group); });
}

std::optional<PeerCredentials> peer_of(int socket) noexcept {
  const auto peer = credentials_of(socket);
  if (!peer) return std::nullopt;
  return PeerCredentials{peer->uid, peer->pid};
}

}  // namespace qmpev
