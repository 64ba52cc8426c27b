// SPDX-License-Identifier: MIT
#include "cli/inet_option.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

constexpr bool kServer = true;

std::string resolved(const InetOption& inet, bool server = false) {
  auto address = resolve_inet("-qmp", inet, server);
  if (!address) return address.error().sentence;
  return address.value().host + " " + std::to_string(address.value().port);
}

bool refuses(const InetOption& inet, bool server, const std::string& part) {
  const auto address = resolve_inet("-qmp", inet, server);
  return !address && address.error().code == ErrorCode::invalid_argument &&
         address.error().sentence.rfind("-qmp: ", 0) == 0 &&
         address.error().sentence.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("host and port stand beside the last colon", "[cli]") {
  const InetOption plain = parse_inet("-qmp", "127.0.0.1:4444").value();
  CHECK(plain.host == "127.0.0.1");
  CHECK(plain.port == "4444");
  CHECK(parse_inet("-qmp", ":4444").value().host == "");
  CHECK(parse_inet("-qmp", "[fe80::1]:1").value().host == "fe80::1");
  CHECK_FALSE(parse_inet("-qmp", "4444"));
  CHECK_FALSE(parse_inet("-qmp", "::1:4444"));
  CHECK(parse_inet("-qmp", "::1:4444").error().sentence.find("in brackets") != std::string::npos);
}

TEST_CASE("a port is a number up to 65535", "[cli]") {
  CHECK(resolved({"::1", "65535", {}, {}}) == "::1 65535");
  CHECK(resolved({"::1", "0", {}, {}}, kServer) == "::1 0");
  for (const char* port : {"", "65536", "-1", "http", "1x", " 1"}) {
    INFO(port);
    CHECK(refuses({"::1", port, {}, {}}, kServer, "is no port"));
  }
  CHECK(refuses({"::1", "0", {}, {}}, false, "a host and a port"));
}

TEST_CASE("a server without a host takes all addresses of the families asked for", "[cli]") {
  CHECK(resolved({"", "1", {}, {}}, kServer) == ":: 1");
  CHECK(resolved({"", "1", true, true}, kServer) == ":: 1");
  CHECK(resolved({"", "1", true, {}}, kServer) == "0.0.0.0 1");
  CHECK(resolved({"", "1", {}, false}, kServer) == "0.0.0.0 1");
  CHECK(refuses({"", "1", {}, true}, kServer, "IPv6 alone"));
  CHECK(refuses({"", "1", false, {}}, kServer, "IPv6 alone"));
  CHECK(refuses({"", "1", false, false}, kServer, "leave no address"));
  CHECK(refuses({"", "1", {}, {}}, false, "a host and a port"));
}

TEST_CASE("a host is an address of such a family, or localhost", "[cli]") {
  CHECK(resolved({"localhost", "1", {}, {}}) == "127.0.0.1 1");
  CHECK(resolved({"localhost", "1", {}, true}) == "::1 1");
  CHECK(resolved({"192.0.2.1", "1", true, {}}) == "192.0.2.1 1");
  CHECK(refuses({"192.0.2.1", "1", {}, true}, false, "family"));
  CHECK(refuses({"::1", "1", true, {}}, false, "family"));
  CHECK(refuses({"example.org", "1", {}, {}}, false, "not looked up"));
}
