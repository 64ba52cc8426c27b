// SPDX-License-Identifier: MIT
#include "cli/socket_place.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

std::string place(const std::string& text) {
  return parse_socket_place(text).value();
}

std::string refusal(const std::string& text) {
  const auto refused = parse_socket_place(text);
  INFO(text);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  return refused.error().sentence;
}

bool says(const std::string& sentence, const char* part) {
  return sentence.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a place is a path, with or without its kind, or a port", "[cli]") {
  CHECK(place("/tmp/a.sock") == "/tmp/a.sock");
  CHECK(place("unix:a") == "a");
  CHECK(place("tcp:127.0.0.1:4444") == "tcp:127.0.0.1:4444");
  CHECK(place("tcp:[::1]:4444") == "tcp:[::1]:4444");
  CHECK(place("tcp:localhost:1") == "tcp:127.0.0.1:1");
  CHECK(is_tcp_place("tcp:x"));
  CHECK_FALSE(is_tcp_place("/tmp/tcp:x"));
}

TEST_CASE("an address has a host and a port", "[cli]") {
  const auto address = parse_host_and_port("-x", "[::1]:65535").value();
  CHECK(address.host == "::1");
  CHECK(address.port == 65535);
  CHECK(parse_host_and_port("-x", "127.0.0.1:0").value().port == 0);
}

TEST_CASE("what is no address is refused with what to write", "[cli]") {
  for (const char* text : {"tcp:", "tcp:4444", "tcp:127.0.0.1", "tcp:127.0.0.1:", "tcp:127.0.0.1:65536",
                           "tcp:127.0.0.1:-1", "tcp:127.0.0.1:http", "tcp:127.0.0.1: 1"})
    CHECK(says(refusal(text), "needs a port from 0 to 65535"));
  CHECK(says(refusal("tcp:::1:4444"), "stands in brackets"));
  for (const char* text : {"tcp::4444", "tcp:example.org:4444", "tcp:[]:1", "tcp:[localhost:1"})
    CHECK(says(refusal(text), "names are not looked up"));
  CHECK(parse_host_and_port("-qmp", "x").error().sentence.find("-qmp: 'x'") == 0);
}

TEST_CASE("a path has 1 to 107 bytes", "[cli]") {
  CHECK(check_socket_path(std::string(107, 'p')));
  CHECK(says(refusal(std::string(108, 'p')), "has 108 bytes, a UNIX socket's has at most 107"));
  CHECK(says(refusal("unix:"), "the socket's path is empty"));
}
