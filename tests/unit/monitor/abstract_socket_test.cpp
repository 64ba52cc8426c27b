// SPDX-License-Identifier: MIT
#include "monitor/abstract_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "monitor/unix_address.hpp"

namespace qmpev {
namespace {

/// Nobody else's: the process is in it.
std::string name_of_ours(const char* what) {
  return "qmpev-test-" + std::to_string(::getpid()) + "-" + what;
}

bool can_connect(const std::string& name, bool tight) {
  const UnixAddress address = UnixAddress::of_abstract_name(name, tight).value();
  const UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(client.get(), address.generic(), address.size) == 0;
}

TEST_CASE("an abstract name can be connected to, until its descriptor is closed", "[monitor]") {
  const std::string name = name_of_ours("a");
  {
    const auto socket = listen_on_abstract_name(name, true);
    REQUIRE(socket);
    CHECK(can_connect(name, true));
    CHECK_FALSE(can_connect(name, false));  // which is another name
    const auto second = listen_on_abstract_name(name, true);
    CHECK(second.error().code == ErrorCode::address_in_use);
  }
  CHECK_FALSE(can_connect(name, true));
  CHECK_FALSE(listen_on_abstract_name("", true));
}

}  // namespace
}  // namespace qmpev
