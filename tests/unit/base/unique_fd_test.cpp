// SPDX-License-Identifier: MIT
#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>

#include <catch2/catch.hpp>

using qmpev::UniqueFd;

namespace {

bool open(int fd) {
  return fcntl(fd, F_GETFD) != -1;
}

}  // namespace

TEST_CASE("a descriptor has one owner and is closed with it", "[base]") {
  const int number = eventfd(0, EFD_CLOEXEC);
  {
    UniqueFd first(number);
    UniqueFd second(std::move(first));
    CHECK_FALSE(first);  // NOLINT: a moved-from one owns nothing
    CHECK(second.get() == number);
    second = UniqueFd(second.release());
    CHECK(open(number));
    second.reset(eventfd(0, EFD_CLOEXEC));
    CHECK_FALSE(open(number));
    CHECK(second);
  }
  CHECK_FALSE(UniqueFd());
}
