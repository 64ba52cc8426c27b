// SPDX-License-Identifier: MIT
// Takes back what has been written to an eventfd, for tests that play the loop. The product's loop is told of
// each write by epoll's edge and never reads.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace qmpev::test {

inline void take_wake(int fd) noexcept {
  std::uint64_t count;
  while (::read(fd, &count, sizeof count) < 0 && errno == EINTR) {
  }
}

}  // namespace qmpev::test
