// SPDX-License-Identifier: MIT
#include "monitor/unix_address.hpp"

#include <cstring>

#include <catch2/catch.hpp>

namespace qmpev {
namespace {

TEST_CASE("a path becomes an address, up to what the system takes", "[monitor]") {
  const UnixAddress address = UnixAddress::of_path("/run/vm.sock").value();
  CHECK(std::string(address.address.sun_path) == "/run/vm.sock");
  CHECK(UnixAddress::of_path(std::string(kMaxUnixPathBytes, 'x')));
  for (const std::string& wrong :
       {std::string(), std::string(kMaxUnixPathBytes + 1, 'x'), std::string("a\0b", 3)})
    CHECK(UnixAddress::of_path(wrong).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("an abstract name begins with NUL, and is as long as it says unless it is filled up", "[monitor]") {
  const UnixAddress tight = UnixAddress::of_abstract_name("vm", true).value();
  CHECK(std::memcmp(tight.address.sun_path, "\0vm", 3) == 0);
  CHECK(tight.size == offsetof(sockaddr_un, sun_path) + 3);
  CHECK(UnixAddress::of_abstract_name("vm", false).value().size == sizeof(sockaddr_un));
  CHECK(UnixAddress::of_abstract_name(std::string(kMaxUnixPathBytes, 'x'), true));
  CHECK_FALSE(UnixAddress::of_abstract_name(std::string(kMaxUnixPathBytes + 1, 'x'), true));
  CHECK_FALSE(UnixAddress::of_abstract_name("", true));
}

}  // namespace
}  // namespace qmpev
