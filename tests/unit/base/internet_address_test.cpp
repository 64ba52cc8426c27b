// SPDX-License-Identifier: MIT
#include "base/internet_address.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

using namespace qmpev;

TEST_CASE("numeric addresses of both families are read and told again", "[base]") {
  CHECK(InternetAddress::of("127.0.0.1", 4444).value().text() == "127.0.0.1:4444");
  CHECK(InternetAddress::of("::1", 4444).value().text() == "[::1]:4444");
  CHECK(InternetAddress::of("0:0:0:0:0:0:0:1", 1).value().text() == "[::1]:1");
  CHECK(InternetAddress::of("::1", 65535).value().port() == 65535);
  CHECK(InternetAddress::of("192.0.2.7", 0).value().port() == 0);
  CHECK(InternetAddress::of("0:0:0:0:0:0:0:1", 1).value().host() == "::1");
}

TEST_CASE("what is not numeric is no address", "[base]") {
  for (const char* host : {"", "localhost", "300.1.1.1", "127.0.0.1 ", "[::1]", ":::1"}) {
    CHECK_FALSE(InternetAddress::of(host, 1));
    CHECK_FALSE(is_numeric_address(host));
  }
  CHECK_FALSE(is_numeric_address(std::string("127.0.0.1\0.2", 12)));
  CHECK(is_numeric_address("::1"));
}

TEST_CASE("only this machine's own is loopback", "[base]") {
  for (const char* host : {"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"})
    CHECK(InternetAddress::of(host, 1).value().is_loopback());
  for (const char* host :
       {"0.0.0.0", "126.255.255.255", "128.0.0.1", "::", "::2", "::ffff:10.0.0.1", "fe80::1"})
    CHECK_FALSE(InternetAddress::of(host, 1).value().is_loopback());
}

TEST_CASE("a descriptor of another family has no such address", "[base]") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  CHECK_FALSE(InternetAddress::of_socket(ends[0]));
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK_FALSE(InternetAddress::of_socket(-1));
}
