// SPDX-License-Identifier: MIT
#include "base/tcp_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

bool can_connect(std::uint16_t port) {
  const UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

Error refusal(const std::string& host, std::uint16_t port) {
  return listen_on_tcp(host, port).error();
}

}  // namespace

TEST_CASE("port 0 is any free one, and it listens", "[base]") {
  const auto socket = listen_on_tcp("127.0.0.1", 0);
  REQUIRE(socket);
  CHECK(socket.value().address.port() != 0);
  CHECK(can_connect(socket.value().address.port()));
  CHECK((::fcntl(socket.value().fd.get(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(socket.value().fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a port in use is refused, a port that was in use is not", "[base]") {
  std::uint16_t port = 0;
  {
    const auto first = listen_on_tcp("127.0.0.1", 0);
    port = first.value().address.port();
    const Error refused = refusal("127.0.0.1", port);
    CHECK(refused.code == ErrorCode::address_in_use);
    CHECK(refused.sentence.find("port " + std::to_string(port) + " of 127.0.0.1 is in use") == 0);
    CHECK(can_connect(port));
  }
  const auto second = listen_on_tcp("127.0.0.1", port);
  REQUIRE(second);
  CHECK(second.value().address.port() == port);
}

TEST_CASE("an address that is no number, or not of this machine, is refused", "[base]") {
  for (const char* host : {"localhost", "", "300.1.1.1", "127.0.0.1 "})
    CHECK(refusal(host, 0).code == ErrorCode::invalid_argument);
  const Error elsewhere = refusal("192.0.2.1", 0);  // RFC 5737: for documents only
  CHECK(elsewhere.code == ErrorCode::not_found);
  CHECK(elsewhere.sentence.find("this machine has no address 192.0.2.1") == 0);
}

TEST_CASE("an address of IPv6 listens, where the machine has the family", "[base]") {
  const auto socket = listen_on_tcp("::1", 0);
  if (!socket) {
    CHECK(socket.error().code == ErrorCode::not_found);
    return;
  }
  CHECK(socket.value().address.text() == "[::1]:" + std::to_string(socket.value().address.port()));
  CHECK(refusal("::1", socket.value().address.port()).code == ErrorCode::address_in_use);
}
