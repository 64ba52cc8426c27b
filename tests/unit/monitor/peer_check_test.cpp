// SPDX-License-Identifier: MIT
#include "monitor/peer_check.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/unique_fd.hpp"

namespace qmpev {
namespace {

constexpr gid_t kNobodysGroup = 0x7ffffff0;

TEST_CASE("who is on the other end is asked, where there is no file to say who may be", "[monitor]") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  const uid_t us = ::geteuid();
  CHECK(PeerCheck().admits(ours.get()));
  CHECK(PeerCheck::without_file({}, {}).admits(ours.get()));  // our own
  CHECK(PeerCheck::without_file({us + 1, us}, {}).admits(ours.get()));
  CHECK_FALSE(PeerCheck::without_file({us + 1}, {}).admits(ours.get()));
  CHECK(PeerCheck::of({}, {}).admits(ours.get()));  // as the file's mode says
  CHECK_FALSE(PeerCheck::of({us + 1}, {}).admits(ours.get()));
  CHECK(PeerCheck::of({us + 1}, {::getegid()}).admits(ours.get()));
  CHECK_FALSE(PeerCheck::of({us + 1}, {kNobodysGroup}).admits(ours.get()));
  CHECK_FALSE(PeerCheck::without_file({}, {kNobodysGroup}).admits(ours.get()));  // then not our own either
}

TEST_CASE("whom the kernel does not name may not come in", "[monitor]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  CHECK_FALSE(PeerCheck::without_file({}, {}).admits(reader.get()));
}

TEST_CASE("a group may be one of several", "[monitor]") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  gid_t groups[1024];
  const int count = ::getgroups(1024, groups);
  for (int i = 0; i < count; ++i) CHECK(PeerCheck::of({}, {kNobodysGroup, groups[i]}).admits(ours.get()));
}

TEST_CASE("the other end of a UNIX socket has a name, what is no socket has none", "[monitor]") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  const auto peer = peer_of(ours.get());
  REQUIRE(peer);
  CHECK(peer->uid == ::geteuid());
  CHECK(peer->pid == ::getpid());
  CHECK_FALSE(peer_of(-1));
}

}  // namespace
}  // namespace qmpev
