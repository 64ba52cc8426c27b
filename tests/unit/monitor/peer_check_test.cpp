// SPDX-License-Identifier: MIT
#include "monitor/peer_check.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/unique_fd.hpp"

namespace qmpev {
namespace {

TEST_CASE("who is on the other end is asked, where there is no file to say who may be", "[monitor]") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  const uid_t us = ::geteuid();
  CHECK(PeerCheck().admits(ours.get()));
  CHECK(PeerCheck::of_uids({}).admits(ours.get()));  // our own
  CHECK(PeerCheck::of_uids({us + 1, us}).admits(ours.get()));
  CHECK_FALSE(PeerCheck::of_uids({us + 1}).admits(ours.get()));
}

TEST_CASE("whom the kernel does not name may not come in", "[monitor]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  CHECK_FALSE(PeerCheck::of_uids({}).admits(reader.get()));
}

}  // namespace
}  // namespace qmpev
